// The headers hold everything; a target needs a source file.
#include "CInstructions.h"
