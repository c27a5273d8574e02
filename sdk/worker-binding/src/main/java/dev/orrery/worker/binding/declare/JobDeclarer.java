package dev.orrery.worker.binding.declare;

import dev.orrery.worker.binding.declare.DeclareStatus.Phase;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Applies the declared jobs to the scheduler, on a thread of its own. While the scheduler is away,
 * it tries again; a refusal is final.
 */
public final class JobDeclarer implements AutoCloseable {
  private static final Logger LOG = System.getLogger(JobDeclarer.class.getName());
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final int SHOWN = 4 * 1024;
  private static final int TOO_MANY_REQUESTS = 429;

  private final DeclareSettings settings;
  private final Duration firstPause;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "orrery-declare-jobs");
  private volatile DeclareStatus status = new DeclareStatus(Phase.PENDING, "");

  public JobDeclarer(DeclareSettings settings) {
    this(settings, FIRST_PAUSE);
  }

  JobDeclarer(DeclareSettings settings, Duration firstPause) {
    this.settings = settings;
    this.firstPause = firstPause;
  }

  /** Begins to apply. Must be called once. */
  public JobDeclarer start() {
    thread.setDaemon(true);
    thread.start();
    return this;
  }

  boolean isActive() {
    return thread.isAlive();
  }

  public DeclareStatus status() {
    return status;
  }

  @Override
  public void close() {
    closed.countDown();
  }

  private void run() {
    Duration pause = firstPause;
    try {
      do {
        status = applied();
        if (status.phase() != Phase.PENDING) {
          return;
        }
        LOG.log(
            Level.WARNING,
            "Failed to declare the jobs; retrying in {0}: app={1} owner={2} scheduler={3}"
                + " reason={4}",
            seconds(pause),
            settings.app(),
            settings.owner(),
            settings.api(),
            status.detail());
        Duration doubled = pause.multipliedBy(2);
        if (closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
        pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
      } while (true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String seconds(Duration pause) {
    return String.format(Locale.ROOT, "%.1fs", pause.toMillis() / 1000.0);
  }

  private DeclareStatus applied() throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(settings.target())
            .timeout(ANSWER)
            .header("Authorization", "Bearer " + settings.token())
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .POST(BodyPublishers.ofString(settings.body()))
            .build();
    try {
      HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
      return read(response);
    } catch (IOException e) {
      return new DeclareStatus(Phase.PENDING, "the API does not answer: " + e);
    }
  }

  private DeclareStatus read(HttpResponse<InputStream> response) throws IOException {
    String body;
    try (InputStream in = response.body()) {
      body = new String(in.readNBytes(SHOWN), StandardCharsets.UTF_8);
    }
    int code = response.statusCode();
    if (code / 100 == 2) {
      LOG.log(
          Level.INFO,
          "Declared the jobs: app={0} owner={1} jobs={2}",
          settings.app(),
          settings.owner(),
          settings.jobs().stream().map(JobDeclaration::name).toList());
      return new DeclareStatus(Phase.APPLIED, "");
    }
    String detail = "status " + code + ": " + body;
    if (code >= 500 || code == TOO_MANY_REQUESTS) {
      return new DeclareStatus(Phase.PENDING, detail);
    }
    LOG.log(
        Level.ERROR,
        "The scheduler refused the declared jobs; their former versions stay: app={0} owner={1}"
            + " scheduler={2} reason={3}",
        settings.app(),
        settings.owner(),
        settings.api(),
        detail);
    return new DeclareStatus(Phase.REFUSED, detail);
  }
}
