package dev.orrery.worker.session;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.message.ProblemDetail;

/**
 * The setting to change, for problems whose scheduler did not name it: it was not reached, or it
 * refused before it read the offer.
 */
final class SettingHint {
  private SettingHint() {}

  /** Returns the problem with a setting to change, if there is one for its code. */
  static ProblemDetail in(ProblemDetail problem, Protocol protocol) {
    String setting = settingToChange(problem.code(), protocol);
    return setting == null || problem.settingToChange() != null
        ? problem
        : new ProblemDetail(
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

  private static String settingToChange(ErrorCode code, Protocol protocol) {
    return switch (code) {
      case UNREACHABLE ->
          "worker: orrery.worker.server; or scheduler: orrery.protocols.active, which must name "
              + protocol.canonicalName();
      case UNAUTHENTICATED -> "worker: orrery.worker.token";
      case FORBIDDEN -> "worker: orrery.worker.app or orrery.worker.token";
      default -> null;
    };
  }
}
