import com.example.orrery.ApiClient;
import com.example.orrery.ApiException;
import com.example.orrery.api.InstancesApi;
import com.example.orrery.api.JobsApi;
import com.example.orrery.api.ProtocolApi;
import com.example.orrery.api.TokensApi;
import com.example.orrery.api.WebhooksApi;
import com.example.orrery.model.BackfillRequest;
import com.example.orrery.model.Instance;
import com.example.orrery.model.InstanceFilter;
import com.example.orrery.model.Job;
import com.example.orrery.model.NoopProcessor;
import com.example.orrery.model.Processor;
import com.example.orrery.model.Replica;
import com.example.orrery.model.Run;
import com.example.orrery.model.ShellProcessor;
import com.example.orrery.model.Token;
import com.example.orrery.model.Trigger;
import com.example.orrery.model.Webhook;
import java.time.Duration;
import java.time.OffsetDateTime;

/** Drives a scheduler with the client that was generated from its OpenAPI document. */
public final class DriveClient {
  private static final String APP = "it";
  private static final String JOB = "generated";
  private static final long TIMEOUT_NANOS = Duration.ofSeconds(60).toNanos();

  private final JobsApi jobs;
  private final InstancesApi instances;
  private final WebhooksApi webhooks;
  private final TokensApi tokens;
  private final ProtocolApi protocol;

  private DriveClient(String url, String token) {
    ApiClient client = new ApiClient();
    client.updateBaseUri(url);
    client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + token));
    tokens = new TokensApi(client);
    protocol = new ProtocolApi(client);
    jobs = new JobsApi(client);
    instances = new InstancesApi(client);
    webhooks = new WebhooksApi(client);
  }

  /** Arguments: the address of the scheduler, a token, the address of a newer one, and the URL of a webhook. */
  public static void main(String[] arguments) throws Exception {
    DriveClient drive = new DriveClient(arguments[0], arguments[1]);
    drive.readNulls();
    drive.bodies();
    drive.invalid();
    new DriveClient(arguments[2], arguments[1]).readNextRelease();
    drive.createJob();
    drive.runAndReadLog();
    drive.cancel();
    drive.backfill();
    drive.webhook(arguments[3]);
    drive.refusal();
  }

  private void readNulls() throws ApiException {
    for (Token token : tokens.listTokens(APP, null, null).getItems()) {
      System.out.println("token " + token.getName() + " expires " + moment(token.getExpiresAt()));
    }
    for (Instance run :
        instances
            .listInstances(APP, null, null, null, null, "job", null, null, null, null, null)
            .getItems()) {
      System.out.println(
          "run "
              + run.getState()
              + " started "
              + moment(run.getStartedAt())
              + " ended "
              + (run.getEndedAt() == null ? "never" : "once"));
    }
    for (Replica replica : protocol.getCluster().getItems()) {
      System.out.println(
          "replica seen "
              + moment(replica.getLastSeenAt())
              + " offset "
              + (replica.getClockOffset() == null ? "none" : replica.getClockOffset()));
    }
  }

  private static String moment(OffsetDateTime instant) {
    return instant == null ? "never" : instant.toInstant().toString();
  }

  private void bodies() throws ApiException {
    Job document =
        new Job()
            .processor(new Processor(new NoopProcessor().type(NoopProcessor.TypeEnum.NOOP)));
    System.out.println(
        "dry run " + jobs.putJob(APP, "typed", document, true, null, null).getChange());
    System.out.println(
        "cancel would match "
            + instances.cancelInstances(APP, new InstanceFilter().all(true), null, true).getMatched());
  }

  private void invalid() {
    try {
      jobs.previewCron("nonsense", null, null, null, null);
    } catch (ApiException e) {
      System.out.println(
          "refused "
              + e.getCode()
              + " "
              + e.getResponseBody().replaceAll(".*\"code\":\"(\\w+)\".*\"field\":\"(\\w+)\".*", "$1 $2"));
    }
  }

  private void readNextRelease() throws ApiException {
    Token token = tokens.listTokens(APP, null, null).getItems().get(0);
    System.out.println("next release: token " + token.getName() + " role " + token.getRole());
  }

  private void createJob() throws ApiException {
    Job job =
        new Job()
            .trigger(new Trigger().cron("0 0 * * * *").zone("Europe/Berlin"))
            .processor(
                new Processor(
                    new ShellProcessor()
                        .type(ShellProcessor.TypeEnum.SHELL)
                        .script("echo hello from a generated client")))
            .priority(7);
    jobs.putJob(APP, JOB, job, null, null, null);
    Job changed = jobs.putJob(APP, JOB, job.priority(8), true, null, null);
    System.out.println(
        "dry run "
            + changed.getChange()
            + " "
            + changed.getDifferences().get(0).getField()
            + " "
            + changed.getPriority());
    jobs.putJob(APP, JOB, job.priority(7).timeout("PT1M"), null, null, null);
    Job stored = jobs.getJob(APP, JOB);
    System.out.println(
        "created "
            + stored.getName()
            + " priority "
            + stored.getPriority()
            + " "
            + stored.getTrigger().getCron()
            + " version "
            + stored.getStatus().getVersion());
  }

  private void runAndReadLog() throws Exception {
    String id = instances.runJob(APP, JOB, "key-1", new Run()).getId();
    long until = System.nanoTime() + TIMEOUT_NANOS;
    Instance instance = instances.getInstance(id);
    while (instance.getEndedAt() == null && System.nanoTime() < until) {
      Thread.onSpinWait();
      instance = instances.getInstance(id);
    }
    System.out.println("run " + instance.getState());
    System.out.println("log " + instances.getInstanceLog(id, null, null, null, null).getItems().get(0).getText());
  }

  private void cancel() throws ApiException {
    OffsetDateTime later = OffsetDateTime.now().plusDays(1);
    String id = instances.runJob(APP, JOB, null, new Run().runAt(later)).getId();
    instances.cancelInstance(id);
    System.out.println("canceled " + instances.getInstance(id).getState());
  }

  private void backfill() throws ApiException {
    OffsetDateTime from = OffsetDateTime.now().minusHours(3);
    System.out.println(
        "backfill "
            + jobs.startBackfill(APP, JOB, new BackfillRequest().from(from)).getInstances());
  }

  private void webhook(String receiver) throws ApiException {
    webhooks.putWebhook(
        APP, "generated", new Webhook().url(receiver), null, null, null);
    System.out.println("webhook " + webhooks.getWebhook(APP, "generated").getThreshold());
  }

  private void refusal() {
    try {
      jobs.getJob(APP, "nothing-here");
    } catch (ApiException e) {
      System.out.println("refused " + e.getCode() + " " + e.getResponseBody());
    }
  }
}
