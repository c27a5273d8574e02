package dev.orrery.cli.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.client.ApiException;
import dev.orrery.cli.client.SchedulerClient;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The program of the Kubernetes Job {@code orrery-setup} in the overlay {@code quickstart}: creates
 * the missing Secrets, then the app {@code demo} with the job {@code hello} and a token for its
 * agents.
 */
public final class QuickstartSetup {
  static final String SERVICE = "orrery-quickstart";
  static final String AGENT = "orrery-quickstart-agent";
  static final String APP = "demo";
  static final String JOB = "hello";

  private static final String ADMIN_TOKEN = "admin-token";
  private static final Path SERVICE_ACCOUNT =
      Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
  private static final int PAUSE_MILLIS = 2_000;

  private final SecretClient secrets;
  private final Function<String, SchedulerClient> scheduler;
  private final Supplier<String> random;
  private final Pause pause;
  private final PrintStream out;

  /**
   * @param scheduler creates a client for an admin token
   * @param random returns an unguessable value
   * @param pause between two tries to reach the scheduler
   */
  QuickstartSetup(
      SecretClient secrets,
      Function<String, SchedulerClient> scheduler,
      Supplier<String> random,
      Pause pause,
      PrintStream out) {
    this.secrets = secrets;
    this.scheduler = scheduler;
    this.random = random;
    this.pause = pause;
    this.out = out;
  }

  @FunctionalInterface
  interface Pause {
    void pass() throws InterruptedException;
  }

  /** Runs without arguments, in a pod. The Job retries after a failure. */
  public static void main(String... args) throws IOException, InterruptedException {
    ServiceAccount account = new ServiceAccount(SERVICE_ACCOUNT, System.getenv());
    SecureRandom source = new SecureRandom();
    new QuickstartSetup(
            new SecretClient(
                account.client(), account.apiServer(), account.namespace(), account::token),
            admin -> new SchedulerClient(URI.create("http://orrery-api:7700"), admin),
            () -> random(source),
            () -> Thread.sleep(PAUSE_MILLIS),
            System.out)
        .run();
  }

  private static String random(SecureRandom source) {
    byte[] bytes = new byte[32];
    source.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** Prints its steps, and never a value. */
  void run() throws IOException, InterruptedException {
    Map<String, String> service =
        secrets.complete(
            SERVICE,
            Map.of(
                ADMIN_TOKEN,
                random,
                "cluster-secret",
                random,
                "jdbc-url",
                () -> "jdbc:postgresql://orrery-postgres/orrery",
                "username",
                () -> "orrery",
                "password",
                random));
    out.println("Secret " + SERVICE + " is complete");
    if (secrets.read(AGENT).keySet().containsAll(Set.of("app", "token"))) {
      out.println("Secret " + AGENT + " is complete; nothing else to do");
      return;
    }
    SchedulerClient client = scheduler.apply(service.get(ADMIN_TOKEN));
    awaitScheduler(client);
    ObjectNode nothing = client.json().createObjectNode();
    client.put("/apps/" + APP, nothing);
    ObjectNode job = client.json().createObjectNode();
    job.putObject("processor").put("type", "noop").put("sleep", "PT1S");
    client.put("/apps/" + APP + "/jobs/" + JOB, job);
    ObjectNode request = client.json().createObjectNode().put("role", "worker");
    JsonNode token = client.post("/apps/" + APP + "/tokens", request).body().path("token");
    secrets.complete(AGENT, Map.of("app", () -> APP, "token", token::asText));
    out.println(
        "App " + APP + " has the job " + JOB + " and a token for agents, in Secret " + AGENT);
  }

  /**
   * Waits without a time-out: images, a volume and the database may take long, and the Job has no
   * deadline.
   */
  private void awaitScheduler(SchedulerClient client) throws InterruptedException {
    boolean told = false;
    while (true) {
      try {
        client.get("/apps?limit=1");
        return;
      } catch (ApiException e) {
        if (!e.isTransient()) {
          throw e;
        }
        if (!told) {
          out.println("Waiting for the scheduler at " + client.url());
          told = true;
        }
        pause.pass();
      }
    }
  }
}
