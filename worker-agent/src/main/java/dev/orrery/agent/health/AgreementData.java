package dev.orrery.agent.health;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.VersionRange;
import dev.orrery.worker.WorkerStatus;
import dev.orrery.worker.WorkerStatus.Problem;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The details of an agreement, or of its absence, that a probe shows: codes, protocols, versions
 * and names of settings. Excludes addresses, names and tokens, because anyone may call a probe.
 */
final class AgreementData {
  private AgreementData() {}

  /** Values are texts and numbers. */
  static Map<String, Object> of(WorkerStatus status, String protocol) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("phase", status.phase().name());
    data.put("protocol", protocol);
    data.put("versions", VersionRange.SUPPORTED.toString());
    status.version().ifPresent(version -> data.put("version", version));
    status
        .schedulerSoftwareVersion()
        .ifPresent(version -> data.put("schedulerSoftwareVersion", version));
    status.clockSkew().ifPresent(skew -> data.put("clockSkewMillis", skew.toMillis()));
    status.problem().ifPresent(problem -> put(problem, protocol, data));
    return data;
  }

  /** Returns our own explanation, because the scheduler's detail may contain names. */
  private static String meaning(ErrorCode code) {
    return switch (code) {
      case UNAUTHENTICATED ->
          "the scheduler does not know the token of this worker: it is wrong, or it was revoked";
      case FORBIDDEN ->
          "the token is of another app than this worker, or is not the token of a worker";
      default -> null;
    };
  }

  private static void put(Problem problem, String protocol, Map<String, Object> data) {
    ErrorCode code = ErrorCode.of(problem.code());
    data.put("code", problem.code());
    problem.scheduler().ifPresent(side -> data.put("scheduler", side));
    problem.worker().ifPresent(side -> data.put("worker", side));
    problem.settingToChange().ifPresent(setting -> data.put("settingToChange", setting));
    String meaning = meaning(code);
    if (meaning != null) {
      data.put("meaning", meaning);
    }
    if (code == ErrorCode.UNREACHABLE) {
      data.put(
          "mayBe",
          "the scheduler is down; the protocol "
              + protocol
              + " is not active there, so its port is closed; a firewall or network policy blocks"
              + " the connection; the address is wrong"
              + (protocol.equals(Protocol.AKKA.canonicalName())
                  ? "; only one side uses TLS, or does not trust the other's certificate"
                  : ""));
    }
  }
}
