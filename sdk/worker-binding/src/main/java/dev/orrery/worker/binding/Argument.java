package dev.orrery.worker.binding;

import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.AttemptFailedException;

/** What a parameter of a job's method gets. */
@FunctionalInterface
interface Argument {
  Object of(AttemptContext attempt) throws AttemptFailedException;
}
