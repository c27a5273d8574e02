package dev.orrery.transport.akka.artery;

/** A message that counts by its bytes while it waits in a {@link BoundedMailbox}. */
public interface Weighed {
  int bytes();

  /** Returns what is left of the message if there is no room; null if nothing is. */
  Object overflow();
}
