package dev.orrery.cli.status;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.client.ApiException;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.instance.PageReader;
import dev.orrery.cli.view.TimeText;
import dev.orrery.cli.worker.PowerJobWorker;
import dev.orrery.cli.worker.RefusedWorkers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Checks a scheduler through its API, and through its health port if that responds. */
final class SchedulerCheck {
  private static final String DEV = "dev";

  /** The version of workers whose package does not contain it. */
  private static final String UNKNOWN = "unknown";

  private final SchedulerClient client;
  private final TimeText times;
  private final String ownVersion;
  private final HealthProbe probe;
  private final boolean isOfLocalStack;
  private final int usualManagementPort;
  private final List<Finding> findings = new ArrayList<>();

  /**
   * @param ownVersion of the command line; "dev" if unknown
   * @param isOfLocalStack whether {@code orrery up} in this directory started the scheduler
   * @param usualManagementPort used for health checks if the API does not report a port
   */
  SchedulerCheck(
      SchedulerClient client,
      TimeText times,
      String ownVersion,
      boolean isOfLocalStack,
      int usualManagementPort) {
    this.isOfLocalStack = isOfLocalStack;
    this.usualManagementPort = usualManagementPort;
    this.client = client;
    this.times = times;
    this.ownVersion = ownVersion;
    this.probe = new HealthProbe(client.url().getHost());
  }

  List<Finding> findings() {
    try {
      examine();
    } catch (ApiException e) {
      if (e.isTransient()) {
        unavailable(e);
      } else {
        add(refused(e));
      }
    }
    return findings;
  }

  /** Asks health, which also responds while the API cannot work, and names the failed component. */
  private void unavailable(ApiException problem) {
    List<Finding> down =
        probe.health(usualManagementPort).map(SchedulerCheck::down).orElse(List.of());
    add(
        down.isEmpty()
            ? refused(problem)
            : Finding.warn("api", firstLine(problem.getMessage()), "first fix what is DOWN"));
    findings.addAll(down);
  }

  private void examine() {
    JsonNode protocol = client.get("/protocol").body();
    add(Finding.ok("api", client.url() + " answers."));
    JsonNode apps;
    try {
      apps = PageReader.read(client, "/apps", Integer.MAX_VALUE).path("items");
    } catch (ApiException e) {
      if (!e.code().equals("FORBIDDEN")) {
        throw e;
      }
      add(
          Finding.fail(
              "token",
              firstLine(e.getMessage()),
              "commands need a token with the role viewer or operator; those with the roles worker"
                  + " and declare are for agents and applications"));
      return;
    }
    add(Finding.ok("token", "accepted, role " + role(apps) + "."));
    ports(protocol.path("ports"));
    health(protocol.path("ports"));
    StorageReport.read(client).flatMap(StorageReport::finding).ifPresent(this::add);
    JsonNode workers = PageReader.read(client, "/workers", Integer.MAX_VALUE);
    workers(workers);
    versions(protocol.path("softwareVersion").asText(), workers.path("items"));
    findings.addAll(new WaitingCheck(client, workers.path("items")).findings(apps));
  }

  private void add(Finding finding) {
    findings.add(finding);
  }

  private static Finding refused(ApiException problem) {
    String detail = firstLine(problem.getMessage());
    return switch (problem.code()) {
      case "UNAUTHENTICATED" ->
          Finding.fail("token", detail, "set ORRERY_TOKEN to a token of this scheduler");
      case ApiException.UNREACHABLE ->
          Finding.fail("api", detail, "start a scheduler with ./orrery up, or set ORRERY_URL");
      default -> Finding.fail("api", detail, "see the log of the scheduler");
    };
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }

  /** Derives the role from what the token may read, because the API does not return it. */
  private String role(JsonNode apps) {
    if (mayRead("/cluster")) {
      return "admin";
    }
    for (JsonNode app : apps) {
      String name = app.path("name").asText();
      return (mayRead(SchedulerClient.appPath(name) + "/tokens?limit=1") ? "operator" : "viewer")
          + " of app "
          + name;
    }
    return "viewer or operator of an app without jobs";
  }

  private boolean mayRead(String path) {
    try {
      client.get(path);
      return true;
    } catch (ApiException e) {
      if (e.code().equals("FORBIDDEN")) {
        return false;
      }
      throw e;
    }
  }

  /** Ports of another machine, or behind a forwarded port, may be unreachable from here. */
  private void ports(JsonNode ports) {
    List<String> open = new ArrayList<>();
    for (JsonNode port : ports) {
      if (port.path("open").asBoolean() && port.path("side").asText().equals("scheduler")) {
        String shown = port.path("number").asText() + " " + port.path("name").asText();
        if (isOfLocalStack && !probe.accepts(port.path("number").asInt())) {
          add(
              Finding.fail(
                  "ports",
                  "the scheduler has opened port " + shown + ", which does not answer here.",
                  "check the host that it binds, and the firewall"));
        } else {
          open.add(shown);
        }
      }
    }
    add(Finding.ok("ports", "open: " + String.join(", ", open) + "."));
  }

  private void health(JsonNode ports) {
    for (JsonNode port : ports) {
      if (port.path("name").asText().equals("management")) {
        int number = port.path("number").asInt();
        probe
            .health(number)
            .ifPresentOrElse(
                this::healthChecks, () -> add(Finding.ok("health", notChecked(number))));
      }
    }
  }

  private static String notChecked(int port) {
    return "not checked: port " + port + " does not answer here.";
  }

  private void healthChecks(JsonNode checks) {
    List<Finding> down = down(checks);
    findings.addAll(
        down.isEmpty()
            ? List.of(
                Finding.ok("health", "all checks of the scheduler are UP, its database included."))
            : down);
  }

  private static List<Finding> down(JsonNode checks) {
    List<Finding> down = new ArrayList<>();
    for (JsonNode check : checks) {
      if (check.path("status").asText().equals("DOWN")) {
        JsonNode data = check.path("data");
        down.add(
            Finding.fail(
                check.path("name").asText(),
                "DOWN"
                    + (data.hasNonNull("reason") ? ": " + data.path("reason").asText() : "")
                    + ".",
                fix(check, checks)));
      }
    }
    return down;
  }

  private static String fix(JsonNode check, JsonNode checks) {
    JsonNode setting = check.path("data").path("settingToChange");
    if (!setting.isMissingNode() && !setting.isNull()) {
      return setting.asText();
    }
    if (!check.path("name").asText().equals("database")) {
      return "see the log of the scheduler";
    }
    boolean embedded = false;
    for (JsonNode other : checks) {
      embedded |= other.path("name").asText().equals("embedded-database");
    }
    return switch (check.path("data").path("code").asText()) {
      case "DISK_FULL" ->
          "make room on the disk of "
              + (embedded ? "the data directory, such as .orrery/data" : "PostgreSQL")
              + "; the scheduler goes on by itself";
      case "TOO_MANY_CONNECTIONS" ->
          "raise max_connections of PostgreSQL, or end other clients of it";
      case "READ_ONLY" -> "set quarkus.datasource.jdbc.url of the scheduler to the primary";
      default ->
          embedded
              ? "see the log of the embedded database, in the folder 'log' of the data directory"
              : "check that PostgreSQL runs, and quarkus.datasource.jdbc.url of the scheduler";
    };
  }

  private void workers(JsonNode workers) {
    int connected = workers.path("items").size();
    add(
        connected == 0
            ? Finding.warn(
                "workers",
                "none is connected.",
                "create a token with ./orrery token create --role worker, then start a worker with it")
            : Finding.ok("workers", connected + " connected."));
    for (JsonNode refusal : workers.path("refused")) {
      String setting = RefusedWorkers.settingToChange(refusal);
      add(
          Finding.fail(
              "workers",
              RefusedWorkers.who(refusal)
                  + " was refused, last "
                  + times.ago(refusal.path("at").asText())
                  + ": "
                  + RefusedWorkers.reason(refusal),
              setting.isEmpty() ? "see the log of the worker" : setting));
    }
  }

  private void versions(String scheduler, JsonNode workers) {
    Set<String> others = new TreeSet<>();
    if (!ownVersion.equals(DEV) && !ownVersion.equals(scheduler)) {
      others.add("command line " + ownVersion);
    }
    for (JsonNode worker : workers) {
      if (PowerJobWorker.is(worker.at("/agreement/dialect"))) {
        continue;
      }
      String version = worker.path("softwareVersion").asText("");
      if (!version.isEmpty() && !version.equals(UNKNOWN) && !version.equals(scheduler)) {
        others.add("worker " + worker.path("name").asText() + " " + version);
      }
    }
    add(
        others.isEmpty()
            ? Finding.ok("versions", "all are " + scheduler + ".")
            : Finding.warn(
                "versions",
                "scheduler " + scheduler + ", but " + String.join(", ", others) + ".",
                "finish the upgrade"));
  }
}
