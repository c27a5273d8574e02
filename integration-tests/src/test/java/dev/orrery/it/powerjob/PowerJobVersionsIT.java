package dev.orrery.it.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.powerjob.PowerJobProgram.Setting;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs jobs on published workers of several versions, with their protocol in each spelling. */
@Tag("thorough")
@AtNight
class PowerJobVersionsIT {
  private static final List<String> SPELLINGS = List.of("HTTP", "http", "Http");

  private static PowerJobSite site;

  @BeforeAll
  static void startScheduler() {
    site = PowerJobSite.create("powerjob-versions");
    site.stack().startScheduler();
  }

  @AfterAll
  static void stop() {
    site.close();
  }

  @AfterEach
  void killWorkers() {
    site.killWorkers();
  }

  private static List<String> versions() {
    return List.of("4.3.9", "5.1.1", "4.3.6", "5.1.2");
  }

  @ParameterizedTest
  @MethodSource("versions")
  void runsJobsByCronAndApiAndStoresTheirLogs(String version) throws IOException {
    PowerJobProgram program = PowerJobSite.program(version);
    Map<String, String> runs = new HashMap<>();
    for (String spelling : SPELLINGS) {
      String app = app(version, spelling);
      site.open(app);
      long started = System.nanoTime();
      ProgramProcess worker =
          site.start(program, app, new Setting(spelling, 2, Setting.DEFAULT.maxRuns()));
      site.awaitWorkers(app, 1, worker);
      System.out.printf(
          Locale.ROOT,
          "PowerJobVersionsIT: %s with %s is listed %.1f s after its start%n",
          version,
          spelling,
          (System.nanoTime() - started) / 1e9);
      site.putJob(app, "each-second", "Noop", "cron", ",\"trigger\":{\"cron\":\"* * * * * *\"}");
      site.putJob(app, "by-hand", "Noop", "seven", "");
      runs.put(app, site.api().run(app, "by-hand"));
    }

    assertThat(workers()).contains("PowerJob " + version);
    runs.forEach(
        (app, id) -> {
          site.api().awaitState(id, "SUCCEEDED", PowerJobSite.SOON);
          assertThat(site.api().instance(id).toString()).contains("done seven");
          Await.until(
              "runs by cron have succeeded in " + app,
              PowerJobSite.SOON,
              () -> site.api().states(app, "each-second").getOrDefault("SUCCEEDED", 0) >= 2);
          assertThat(site.api().states(app, "each-second")).doesNotContainKey("FAILED");
          site.api().awaitLog(id, "got seven", PowerJobSite.SOON);
        });
  }

  private static String app(String version, String spelling) {
    return "v" + version.replace('.', '-') + "-" + SPELLINGS.indexOf(spelling);
  }

  private static String workers() {
    JsonNode items = site.api().get("/workers").get("items");
    return items.toString();
  }
}
