#pragma once
#include <stdio.h>
#include <SDL2/SDL.h>
