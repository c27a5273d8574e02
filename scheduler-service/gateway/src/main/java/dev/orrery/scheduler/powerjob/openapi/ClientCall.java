package dev.orrery.scheduler.powerjob.openapi;

import dev.orrery.scheduler.powerjob.app.OpenedApp;

/** Answers one kind of call of PowerJob's client, such as {@code runJob}. */
@FunctionalInterface
interface ClientCall {
  /**
   * Answers the call; may block.
   *
   * @param app whose secret the caller sent
   * @return the {@code data} of the answer, null for none; or a {@link
   *     java.util.concurrent.CompletionStage} of it
   * @throws RefusedCallException with the words of the answer
   */
  Object answer(OpenedApp app, ClientParameters parameters);
}
