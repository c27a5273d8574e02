package dev.orrery.cli.local;

import dev.orrery.cli.UserException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Waits until a program on this machine is ready, by its readiness probe. */
public final class ReadinessProbe {
  private static final Duration NOTICE_INTERVAL = Duration.ofSeconds(20);

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final int port;
  private final URI uri;

  /**
   * @param port the program's management port
   */
  public ReadinessProbe(int port) {
    this.port = port;
    this.uri = URI.create("http://localhost:" + port + "/q/health/ready");
  }

  public int port() {
    return port;
  }

  /**
   * Waits until the program is ready, for as long as its log grows: a start may take minutes on a
   * busy machine.
   *
   * @param maxSilence how long the log may stay the same
   * @param onSlowStart gets a line for people every 20 s
   * @throws UserException with the last lines of its log, if it ends first or falls silent
   */
  public void awaitReady(ChildProcess process, Duration maxSilence, Consumer<String> onSlowStart) {
    awaitReady(process, maxSilence, NOTICE_INTERVAL, onSlowStart);
  }

  void awaitReady(
      ChildProcess process,
      Duration maxSilence,
      Duration noticeInterval,
      Consumer<String> onSlowStart) {
    long begun = System.nanoTime();
    long grownAt = begun;
    long noticedAt = begun;
    long logSize = process.logSize();
    while (status() != 200) {
      process.requireAlive();
      long now = System.nanoTime();
      if (process.logSize() != logSize) {
        logSize = process.logSize();
        grownAt = now;
      }
      if (now - grownAt > maxSilence.toNanos()) {
        throw process.notReady(Duration.ofNanos(now - begun), Duration.ofNanos(now - grownAt));
      }
      if (now - noticedAt > noticeInterval.toNanos()) {
        noticedAt = now;
        onSlowStart.accept(process.slowStart(Duration.ofNanos(now - begun)));
      }
      pause();
    }
  }

  /** Returns the HTTP status; 0 without a response. */
  private int status() {
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(2)).GET().build();
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserException("Interrupted.");
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserException("Interrupted.");
    }
  }
}
