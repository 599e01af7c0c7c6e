@NullMarked
package dev.lockstep.recomp;

import org.jspecify.annotations.NullMarked;
