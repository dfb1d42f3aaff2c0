"""Words for slates and captions."""

NOTICES = (
    "NO SIGNAL", "NO VIDEO", "SIGNAL LOST", "CAMERA OFFLINE", "PLEASE STAND BY", "STAND BY", "VIDEO LOSS", "OFF AIR",
    "Technical difficulties", "We will be right back", "Starting soon", "Connecting...", "Reconnecting", "Not available",
    "KEIN SIGNAL", "PAS DE SIGNAL", "SIN SEÑAL", "НЕТ СИГНАЛА", "ΧΩΡΙΣ ΣΗΜΑ", "Störung", "THE END", "INTERMISSION",
    "End of programme", "Transmission resumes at 06:00", "Maintenance", "Access denied", "Line check", "Back soon",
)
NOUNS = (
    "harbour", "gate", "north", "south", "bridge", "market", "river", "station", "council", "report", "weather", "evening",
    "morning", "school", "record", "mountain", "traffic", "garden", "letter", "season", "village", "engine", "history", "window",
    "light", "music", "winter", "summer", "story", "train", "island", "paper", "water", "plan", "question", "answer", "budget",
)
ROLES = ("Director", "Camera", "Sound", "Editor", "Music", "Producer", "Scene", "Take", "Roll", "Date", "Episode", "Duration", "Client", "Format", "Audio", "Title")


def sentence(rng, count):
    text = " ".join(str(word) for word in rng.choice(NOUNS, count))
    style = rng.random()
    return text.upper() if style < 0.3 else text.title() if style < 0.6 else text.capitalize()


def notice(rng):
    return str(rng.choice(NOTICES))


def credit(rng):
    role = str(rng.choice(ROLES))
    if role in ("Scene", "Take", "Roll", "Episode"):
        return f"{role}: {int(rng.integers(1, 120))}"
    if role in ("Date", "Duration"):
        return f"{role}: {int(rng.integers(0, 24)):02}:{int(rng.integers(0, 60)):02}:{int(rng.integers(0, 60)):02}"
    return f"{role}: {sentence(rng, 2).title()}"
