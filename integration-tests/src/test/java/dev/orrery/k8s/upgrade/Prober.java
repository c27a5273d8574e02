package dev.orrery.k8s.upgrade;

import dev.orrery.testing.program.Await;
import io.fabric8.kubernetes.api.model.Probe;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Probes as a kubelet does, with the periods, time-outs and thresholds of a manifest. */
final class Prober {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Probe probe;
  private final HttpRequest request;
  private final Verdict verdict;
  private volatile boolean ended;

  /** Called by the thread of the prober at each decision. */
  interface Verdict {
    void is(boolean up);
  }

  Prober(Probe probe, int port, Verdict verdict) {
    this.probe = probe;
    this.request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + port + probe.getHttpGet().getPath()))
            .timeout(Duration.ofSeconds(probe.getTimeoutSeconds()))
            .build();
    this.verdict = verdict;
    Thread thread = new Thread(this::run, "probe-" + request.uri());
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    Duration period = Duration.ofSeconds(probe.getPeriodSeconds());
    int failures = 0;
    while (!ended) {
      failures = isUp() ? 0 : failures + 1;
      if (!ended && (failures == 0 || failures >= probe.getFailureThreshold())) {
        verdict.is(failures == 0);
      }
      Await.pass(period);
    }
  }

  private boolean isUp() {
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      // Nobody answers, which is what a probe is to find out.
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Stops; no verdict follows. */
  void end() {
    ended = true;
  }
}
