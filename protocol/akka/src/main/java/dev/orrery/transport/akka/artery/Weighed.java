package dev.orrery.transport.akka.artery;

/** A message that a {@link BoundedMailbox} counts by its size in bytes while it waits. */
public interface Weighed {
  int bytes();

  /** Returns what is left of the message if there is no room; null if nothing is. */
  Object overflow();
}
