package dev.orrery.cli.local;

import dev.orrery.cli.UserException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The readiness probe of a program on this machine. */
public final class ReadinessProbe {
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
   * Waits until the program is ready.
   *
   * @throws UserException if it ends first, or on time-out
   */
  public void awaitReady(ChildProcess process, Duration longest) {
    long deadline = System.nanoTime() + longest.toNanos();
    while (System.nanoTime() < deadline) {
      if (status() == 200) {
        return;
      }
      process.requireAlive();
      pause();
    }
    throw new UserException("Not ready in time: " + uri + " is not UP.");
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
