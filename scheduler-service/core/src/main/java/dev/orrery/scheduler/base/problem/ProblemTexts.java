package dev.orrery.scheduler.base.problem;

import dev.orrery.protocol.WorkerOperation;

/** Error messages that several classes share. */
public final class ProblemTexts {
  public static final String NO_TOKEN =
      "A valid token is needed: send the header 'Authorization: Bearer TOKEN'.";
  public static final String UNKNOWN_TOKEN =
      "The scheduler does not know this token: it is wrong, or it was revoked.";
  public static final String TOO_LARGE =
      "The body is larger than allowed here, in bytes or in JSON values.";

  public static final String NO_PATH = "There is nothing at this path.";
  public static final String OTHER_PORT =
      "The worker API is served on the port of the protocol http only; ask "
          + WorkerOperation.Paths.DISCOVERY
          + " where that is.";
  public static final String STOPPING = "The scheduler is stopping.";

  /** The setting to change for a worker whose token is not valid. */
  public static final String WORKER_TOKEN_SETTING =
      "worker: orrery.worker.token (ORRERY_WORKER_TOKEN)";

  public static final String NOT_JSON = "Send the body as application/json.";

  private ProblemTexts() {}
}
