package dev.orrery.scheduler.engine.command;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The effect of canceling one instance. */
@Schema(description = "The effect of canceling one instance.")
public enum CancelEffect {
  /** It had not started, and has ended. */
  CANCELED,
  /** It was asked to stop, and ends later. */
  REQUESTED,
  /** A flow that was ending cancels its nodes with {@code when: ended}, too, and starts none. */
  ENDED_NODES_CANCELED,
  /** It was asked to stop before. */
  NOTHING
}
