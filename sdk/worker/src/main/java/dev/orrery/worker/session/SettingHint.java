package dev.orrery.worker.session;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.message.ProblemDetail;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Adds the setting to change to a problem that is shown to users, under the name that they know.
 * Schedulers and transports name the agent's keys. They name no setting if the scheduler was not
 * reached, or if it refused before it read the offer.
 */
public final class SettingHint {
  private static final Logger LOG = System.getLogger(SettingHint.class.getName());
  private static final Pattern KEY = Pattern.compile("orrery\\.worker\\.[a-z][a-z.-]*[a-z]");

  private final Protocol protocol;
  private final UnaryOperator<String> names;

  /**
   * @param names returns the name of a setting for users of this worker, given a key of the agent
   */
  public SettingHint(Protocol protocol, UnaryOperator<String> names) {
    this.protocol = protocol;
    this.names = names;
  }

  /** Returns the problem with the setting to change, if its code has one. */
  ProblemDetail in(ProblemDetail problem) {
    String setting =
        problem.settingToChange() == null
            ? settingToChange(problem.code())
            : problem.settingToChange();
    return setting == null
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
            KEY.matcher(setting).replaceAll(key -> Matcher.quoteReplacement(named(key.group()))));
  }

  /** The function is code of the application, on which no connection depends. */
  private String named(String key) {
    try {
      return Objects.requireNonNull(names.apply(key), "name of the setting");
    } catch (RuntimeException | Error e) {
      LOG.log(
          Level.WARNING,
          "The function passed to WorkerSettings.settingNames threw an exception; showing the"
              + " agent's name of the setting: setting="
              + key,
          e);
      return key;
    }
  }

  private String settingToChange(ErrorCode code) {
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
