package dev.orrery.scheduler.powerjob;

import dev.orrery.powerjob.WorkerAddress;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.agreement.SchedulerProtocols;
import dev.orrery.protocol.text.BoundedText;
import dev.orrery.protocol.text.SafeText;
import dev.orrery.scheduler.base.problem.ProblemMapper;
import dev.orrery.scheduler.engine.agreement.HandshakeService;
import dev.orrery.scheduler.engine.agreement.PowerJobRefusal;
import dev.orrery.scheduler.powerjob.app.OpenedApp;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Records why a PowerJob worker may not join, with the setting to change, and returns the text of
 * the response, which some workers log.
 */
@ApplicationScoped
class JoinRefusal {
  private static final int MAX_SHOWN = 90;

  private final HandshakeService handshakes;
  private final SchedulerProtocols own;
  private final Set<Protocol> served;
  private final String workerSetting;

  JoinRefusal(HandshakeService handshakes, PowerJobConfig config, SchedulerProtocols own) {
    this.handshakes = handshakes;
    this.own = own;
    this.served = PowerJobModule.served(config.protocols());
    this.workerSetting =
        served.stream()
            .sorted()
            .map(Protocol::name)
            .collect(Collectors.joining(" or ", "worker: PowerJobWorkerConfig.protocol=", ""));
  }

  String hidden(String proxy) {
    return record(
        null,
        null,
        proxy,
        ErrorCode.FORBIDDEN,
        "The proxy " + proxy + " hides the address of the caller.",
        "scheduler: " + WorkerNetworkRule.OWN_ADDRESS + "=false; or call it without the proxy");
  }

  String outsideOfNetworks(String caller) {
    return record(
        null,
        null,
        caller,
        ErrorCode.FORBIDDEN,
        caller + " is not in the networks of PowerJob workers.",
        "scheduler: " + WorkerNetworkRule.SETTING);
  }

  /**
   * @param name the name by which the worker asks; null if it sends none
   */
  String closedApp(String caller, String name) {
    String shown = shown(name);
    record(
        null,
        name == null ? null : shown,
        caller,
        ErrorCode.APP_NOT_FOUND,
        "No app is open to PowerJob workers by the name '" + shown + "'.",
        "operator: ./orrery powerjob open; or worker: PowerJobWorkerConfig.appName");
    return "Orrery: app("
        + shown
        + ") is not open to PowerJob workers on this scheduler. Open it: ./orrery powerjob open "
        + shown;
  }

  /** The worker found its app before it was closed. */
  String closedNumber(String caller, String number) {
    return record(
        null,
        null,
        caller,
        ErrorCode.APP_NOT_FOUND,
        "No app with the number '" + shown(number) + "' is open to PowerJob workers.",
        "operator: ./orrery powerjob open; then start the worker again");
  }

  String wrongProtocol(OpenedApp app, String caller, String reason) {
    return wrongProtocol(app, caller, reason, workerSetting);
  }

  private String wrongProtocol(
      OpenedApp app, String caller, String reason, String settingToChange) {
    return record(app.app(), null, caller, ErrorCode.PROTOCOL_MISMATCH, reason, settingToChange);
  }

  String inactive(OpenedApp app, String caller, Protocol protocol) {
    boolean lacksPort = protocol == Protocol.HTTP && !own.active().contains(protocol);
    return wrongProtocol(
        app,
        caller,
        "The worker uses "
            + protocol.canonicalName()
            + ", over which the scheduler does not serve PowerJob workers.",
        "scheduler: "
            + PowerJobModule.PROTOCOLS
            + "="
            + servedWith(protocol)
            + (lacksPort ? ", and http in orrery.protocols.active" : "")
            + "; or "
            + workerSetting);
  }

  private String servedWith(Protocol protocol) {
    return Stream.concat(served.stream(), Stream.of(protocol))
        .distinct()
        .sorted()
        .map(Protocol::canonicalName)
        .collect(Collectors.joining(","));
  }

  /** Of a worker over MU. */
  void secondAddress(OpenedApp app, String caller, String named) {
    record(
        app.app(),
        null,
        caller,
        ErrorCode.FORBIDDEN,
        "A worker at "
            + caller
            + " names the address '"
            + shown(named)
            + "', which is no address, another one than its connection has named before, or that of a"
            + " worker of another app at the same host.",
        "worker: -Dpowerjob.network.local.address, its own address");
  }

  /** A connection over MU is closed for what came over it. */
  void unreadable(String caller, String reason) {
    record(
        null,
        null,
        caller,
        ErrorCode.MALFORMED,
        "The connection of a worker over mu was closed: " + reason,
        "worker: fewer or shorter log lines and results");
  }

  /** A connection over MU is refused. */
  void tooManyConnections(String caller) {
    record(
        null,
        null,
        caller,
        ErrorCode.OVERLOADED,
        "Too many connections over mu of the address " + caller + ", or of all together.",
        "workers: fewer at this address; or another replica of the scheduler");
  }

  /**
   * @param named the address that the worker names
   */
  void anotherAddress(OpenedApp app, String caller, String named) {
    record(
        app.app(),
        null,
        caller,
        ErrorCode.FORBIDDEN,
        "A worker at "
            + caller
            + " names the address '"
            + shown(named)
            + "', which is not its own, or not in the networks of PowerJob workers. The scheduler"
            + " does not dial it.",
        "worker: -Dpowerjob.network.local.address, its own address; or scheduler: "
            + WorkerNetworkRule.OWN_ADDRESS
            + "=false for workers behind a relay, with their addresses in "
            + WorkerNetworkRule.SETTING);
  }

  void tooMany(OpenedApp app, String caller) {
    record(
        app.app(),
        null,
        caller,
        ErrorCode.OVERLOADED,
        "The app, or all apps together, have as many PowerJob workers as a replica takes.",
        "workers: fewer; or another replica of the scheduler");
  }

  void tooManyNew(OpenedApp app, String caller) {
    record(
        app.app(),
        null,
        caller,
        ErrorCode.OVERLOADED,
        "Too many workers of the address "
            + caller
            + " have not answered their first call of the scheduler yet.",
        "scheduler: " + WorkerNetworkRule.MAX_NEW_WORKERS + ", if they are real; or wait");
  }

  void unanswered(OpenedApp app, WorkerAddress worker, Throwable failure) {
    record(
        app.app(),
        null,
        worker.host(),
        ErrorCode.FORBIDDEN,
        "The worker at "
            + worker
            + " does not answer the scheduler: "
            + shown(ProblemMapper.unwrap(failure).getMessage()),
        "network: from the scheduler to the port of the worker");
  }

  private String record(
      String app,
      String requestedApp,
      String caller,
      ErrorCode code,
      String detail,
      String settingToChange) {
    handshakes.recordPowerJob(
        new PowerJobRefusal(app, requestedApp, caller, code, detail, settingToChange));
    return "Orrery: " + detail + " To change: " + settingToChange;
  }

  static String shown(String text) {
    return SafeText.line(BoundedText.abbreviate(String.valueOf(text), MAX_SHOWN));
  }
}
