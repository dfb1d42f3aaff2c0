#pragma once
#include "Processors.h"
#include "VectorInstructions.h"
