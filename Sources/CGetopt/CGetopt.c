// The header holds everything; a target needs a source file.
#include "CGetopt.h"
