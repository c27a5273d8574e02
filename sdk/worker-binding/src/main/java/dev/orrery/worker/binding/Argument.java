package dev.orrery.worker.binding;

import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.AttemptFailedException;

/** Provides the value of one parameter of a job method, for each attempt. */
@FunctionalInterface
interface Argument {
  Object of(AttemptContext attempt) throws AttemptFailedException;
}
