package dev.orrery.worker.session;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Transport;
import dev.orrery.protocol.message.Problem;

/** What to change where the scheduler could not say it, since it was not reached or not asked. */
final class Remedy {
  private Remedy() {}

  /** The problem with a setting to change, if there is one for its code. */
  static Problem in(Problem problem, Transport transport) {
    String setting = settingToChange(problem.code(), transport);
    return setting == null || problem.settingToChange() != null
        ? problem
        : new Problem(
            problem.type(),
            problem.title(),
            problem.status(),
            problem.code(),
            problem.detail(),
            problem.field(),
            problem.server(),
            problem.worker(),
            setting);
  }

  private static String settingToChange(ErrorCode code, Transport transport) {
    return switch (code) {
      case UNREACHABLE ->
          "worker: orrery.worker.server; or scheduler: orrery.protocols.active, which must name "
              + transport.canonicalName();
      case UNAUTHENTICATED -> "worker: orrery.worker.token";
      case FORBIDDEN -> "worker: orrery.worker.app or orrery.worker.token";
      default -> null;
    };
  }
}
