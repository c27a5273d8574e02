package dev.orrery.protocol.port;

import dev.orrery.protocol.Protocol;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lists all ports: which are open, for whom, and under which setting. Tests compare documentation,
 * manifests and the API with it.
 */
public final class PortPlan {
  public static final int API = 7700;
  public static final int HTTP = 10010;
  public static final int AKKA = 10086;
  public static final int CLUSTER = 10020;
  public static final int MANAGEMENT = 9000;
  public static final int AGENT_MANAGEMENT = 9100;
  public static final int WORKER = 27777;

  /** As PowerJob's server has it. */
  public static final int MU = 10077;

  /** The name of the port for PowerJob workers whose protocol is AKKA. */
  public static final String POWERJOB_AKKA = "powerjob-akka";

  /** The name of the port for PowerJob workers whose protocol is MU. */
  public static final String POWERJOB_MU = "powerjob-mu";

  private PortPlan() {}

  /**
   * What a scheduler serves of PowerJob.
   *
   * @param protocols those of the workers that are served; none: no worker is
   * @param sessions live sessions of PowerJob workers by protocol, without those over HTTP; a
   *     missing entry means 0
   */
  public record PowerJobGateway(Set<Protocol> protocols, Map<Protocol, Integer> sessions) {
    public static final PowerJobGateway NONE = new PowerJobGateway(Set.of(), Map.of());

    public PowerJobGateway {
      protocols = Set.copyOf(protocols);
      sessions = Map.copyOf(sessions);
    }

    public boolean isServed() {
      return !protocols.isEmpty();
    }

    /** Returns true if the scheduler dials workers; over MU, they dial it. */
    public boolean dialsWorkers() {
      return protocols.contains(Protocol.HTTP) || protocols.contains(Protocol.AKKA);
    }
  }

  /**
   * The state of a deployment that determines the open ports.
   *
   * @param active the active protocols
   * @param clusterEnabled whether replicas talk to each other
   * @param powerJob what is served of PowerJob
   * @param sessions live sessions by protocol, of PowerJob workers only those over HTTP; a missing
   *     entry means 0
   */
  public record Situation(
      Set<Protocol> active,
      boolean clusterEnabled,
      PowerJobGateway powerJob,
      Map<Protocol, Integer> sessions) {

    public Situation {
      active = Set.copyOf(active);
      sessions = Map.copyOf(sessions);
    }

    /** A deployment without PowerJob workers. */
    public Situation(
        Set<Protocol> active, boolean clusterEnabled, Map<Protocol, Integer> sessions) {
      this(active, clusterEnabled, PowerJobGateway.NONE, sessions);
    }

    /** Returns true if the scheduler dials workers. */
    boolean dialsWorkers() {
      return active.contains(Protocol.AKKA) || powerJob.dialsWorkers();
    }

    int sessionsOver(Protocol protocol) {
      return sessions.getOrDefault(protocol, 0);
    }
  }

  /**
   * One line of the port plan.
   *
   * @param number the port as configured
   * @param name its name in docs, Services and policies
   * @param side the program that listens, {@code scheduler} or {@code agent}
   * @param carries the traffic on it
   * @param dialedBy the clients that open connections to it
   * @param open whether it is bound under this configuration
   * @param sessions the number of sessions that use it now; 0 if it does not serve sessions
   * @param mayBeClosed whether a firewall or policy may close it now
   * @param reason why it may be closed, or why not
   */
  public record PlannedPort(
      int number,
      String name,
      String side,
      String carries,
      String dialedBy,
      boolean open,
      int sessions,
      boolean mayBeClosed,
      String reason) {}

  /** The numbers of the ports of a scheduler. */
  public record Numbers(
      int api, int http, int akka, int cluster, int management, int powerJobAkka, int powerJobMu) {
    public static final Numbers DEFAULTS =
        new Numbers(API, HTTP, AKKA, CLUSTER, MANAGEMENT, AKKA, MU);
  }

  /** Returns every port of a scheduler and of the agents that it serves, open or not. */
  public static List<PlannedPort> of(Numbers numbers, Situation situation) {
    return List.of(
        new PlannedPort(
            numbers.api(),
            "api",
            "scheduler",
            "REST API, web console, OpenAPI document, discovery",
            "browsers, clients, CI; workers for discovery",
            true,
            0,
            false,
            "api must stay open: users and clients call it"),
        workerPort(
            Protocol.HTTP,
            numbers.http(),
            "worker API and discovery; messages of PowerJob workers",
            situation),
        workerPort(Protocol.AKKA, numbers.akka(), "worker API over Artery", situation),
        powerJobPort(Protocol.AKKA, numbers.powerJobAkka(), POWERJOB_AKKA, situation.powerJob()),
        powerJobPort(Protocol.MU, numbers.powerJobMu(), POWERJOB_MU, situation.powerJob()),
        new PlannedPort(
            numbers.cluster(),
            "cluster",
            "scheduler",
            "hellos, hints and cancels between replicas",
            "scheduler replicas only",
            situation.clusterEnabled(),
            0,
            !situation.clusterEnabled(),
            situation.clusterEnabled()
                ? "cluster must stay open: cluster mode is on"
                : "cluster may be closed: cluster mode is off"),
        new PlannedPort(
            numbers.management(),
            "management",
            "scheduler",
            "health, metrics",
            "kubelet, Prometheus",
            true,
            0,
            false,
            "management must stay open: probes use it"),
        new PlannedPort(
            AGENT_MANAGEMENT,
            "agent-management",
            "agent",
            "health, metrics",
            "kubelet, Prometheus",
            true,
            0,
            false,
            "agent-management must stay open: probes use it"),
        new PlannedPort(
            WORKER,
            "worker",
            "agent",
            "responses to akka workers; messages to PowerJob workers",
            "scheduler",
            situation.dialsWorkers(),
            0,
            !situation.dialsWorkers(),
            reasonOfWorker(situation)));
  }

  private static String reasonOfWorker(Situation situation) {
    boolean akka = situation.active().contains(Protocol.AKKA);
    if (situation.powerJob().dialsWorkers()) {
      return "worker must stay open: the scheduler dials PowerJob workers"
          + (akka ? " and akka workers" : "");
    }
    return akka
        ? "worker must stay open: the scheduler dials akka workers"
        : "worker may be closed: akka is not active";
  }

  /**
   * The key that sets the number of a port.
   *
   * @param name as in {@link PlannedPort}
   */
  public static String setting(String name) {
    return switch (name) {
      case "api" -> "quarkus.http.port";
      case "http" -> "orrery.protocols.http.port";
      case "akka" -> "orrery.protocols.akka.port";
      case POWERJOB_AKKA -> "orrery.powerjob.akka.port";
      case POWERJOB_MU -> "orrery.powerjob.mu.port";
      case "cluster" -> "orrery.cluster.port";
      case "management", "agent-management" -> "quarkus.management.port";
      case "worker" -> "orrery.worker.akka.port";
      default -> throw new IllegalArgumentException("There is no port '" + name + "' in the plan");
    };
  }

  private static PlannedPort workerPort(
      Protocol protocol, int number, String carries, Situation situation) {
    boolean isShared =
        protocol == Protocol.HTTP && situation.powerJob().protocols().contains(protocol);
    return workerPort(
        number,
        protocol.canonicalName(),
        carries,
        "workers",
        situation.active().contains(protocol),
        (isShared ? "orrery.powerjob.protocols and " : "") + "orrery.protocols.active",
        situation.sessionsOver(protocol));
  }

  private static PlannedPort powerJobPort(
      Protocol protocol, int number, String name, PowerJobGateway powerJob) {
    return workerPort(
        number,
        name,
        "messages of PowerJob workers over " + protocol.name(),
        "PowerJob workers",
        powerJob.protocols().contains(protocol),
        "orrery.powerjob.protocols",
        powerJob.sessions().getOrDefault(protocol, 0));
  }

  private static PlannedPort workerPort(
      int number,
      String name,
      String carries,
      String dialedBy,
      boolean active,
      String setting,
      int sessions) {
    String reason;
    if (sessions > 0) {
      reason =
          name
              + " must stay open: "
              + sessions
              + (sessions == 1 ? " worker uses it" : " workers use it");
    } else if (active) {
      reason = name + " must stay open: it is active; take it out of " + setting + " first";
    } else {
      reason = name + " may be closed: not active";
    }
    return new PlannedPort(
        number,
        name,
        "scheduler",
        carries,
        dialedBy,
        active,
        sessions,
        !active && sessions == 0,
        reason);
  }
}
