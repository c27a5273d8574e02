package dev.orrery.worker.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.Ports;
import dev.orrery.worker.quarkus.OrreryWorkerLifecycle;
import io.quarkus.test.QuarkusDevModeTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** While an application is developed, its worker serves the methods of the latest sources. */
@Tag("thorough")
class DevModeTest {
  private static final Duration SECONDS = Duration.ofSeconds(30);
  private static final int PORT = Ports.free();

  @RegisterExtension
  static final QuarkusDevModeTest APPLICATION =
      new QuarkusDevModeTest()
          .withApplicationRoot(
              jar ->
                  jar.addClasses(DevelopedJobs.class)
                      .addAsResource(
                          new StringAsset(
                              """
                              quarkus.http.port=%d
                              orrery.worker.app=billing
                              orrery.worker.token=orrery_0123456789abcdef0123456789abcdef
                              orrery.worker.server=http://localhost:1
                              """
                                  .formatted(PORT)),
                          "application.properties"))
          .setLogRecordPredicate(
              line -> line.getLoggerName().equals(OrreryWorkerLifecycle.class.getName()));

  @Test
  void servesMethodsOfChangedSources() throws Exception {
    awaitServed("java:first");

    APPLICATION.modifySourceFile(
        DevelopedJobs.class, source -> source.replace("\"first\"", "\"second\""));
    request();

    awaitServed("java:second");
    assertThat(served("java:first")).isEqualTo(1);
  }

  private static void awaitServed(String processor) {
    Await.until("the worker serves " + processor, SECONDS, () -> served(processor) == 1);
  }

  private static long served(String processor) {
    return APPLICATION.getLogRecords().stream()
        .filter(line -> String.format(line.getMessage(), line.getParameters()).contains(processor))
        .count();
  }

  /** Quarkus looks for changes when a request arrives. */
  private static void request() throws IOException, InterruptedException {
    HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://localhost:" + PORT + "/q/health")).build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
