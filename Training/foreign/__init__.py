"""Photographs with faults that ffmpeg made: what the model is measured on and never trained on."""
