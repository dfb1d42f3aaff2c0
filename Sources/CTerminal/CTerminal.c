// The header holds everything; a target needs a source file.
#include "CTerminal.h"
