package dev.orrery.it.neighbours;

import static dev.orrery.it.neighbours.NeighboursWorld.B;
import static dev.orrery.it.neighbours.Texts.KIB;
import static dev.orrery.it.neighbours.Texts.list;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.AtNight;
import dev.orrery.protocol.VersionRange;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.MachineLoad;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Lets an app store content that uses as much memory as possible, and request all of it at once.
 * The heap must stay within the bounds of docs/limits.md, and the neighbour's submissions must be
 * answered. {@code -Dorrery.it.heap=true} uses the maximum sizes, which takes minutes.
 */
@Tag("thorough")
@AtNight
class KeptHeapIT {
  private static final boolean LARGE = Boolean.getBoolean("orrery.it.heap");

  /** The heap has 600 MB. */
  private static final int MAX_HEAP_MEGABYTES = 400;

  /** The shares of one app, in addition to an idle scheduler. */
  private static final int MAX_KEPT_MEGABYTES = 80;

  /** The limit of the pod. */
  private static final int MAX_MEGABYTES = 1024;

  private static final Pattern USED = Pattern.compile("heap\\s+total \\d+K, used (\\d+)K");

  private static final String JOBS =
      """
      with named as (
        insert into job (app_id, name, version_id, owner)
        select a.id, 'job-' || lpad(n::text, 5, '0'), new_instance_id(), 'repo'
        from app a, generate_series(1, %d) n where a.name = 'a'
        returning id, version_id, name
      )
      insert into job_version (id, job_id, version, document, lane_id, priority)
      select version_id, id, 1,
        jsonb_build_object('name', name, 'processor', '{"type":"noop"}'::jsonb, 'enabled', true,
          'parameters', jsonb_build_object('a', repeat('x', %d), 'b', repeat('y', %d))),
        (select l.id from lane l join app a on a.id = l.app_id where a.name = 'a'), 5
      from named
      """;

  private static final String PRUNE = "{\"owner\":\"repo\",\"prune\":true,\"jobs\":[%s]}";

  @Test
  void limitsMemoryOfApplyThatWritesAndPrunesLargeJobs() throws Exception {
    apply(2_600, 54 * KIB, LARGE ? 999 : 100);
  }

  @Test
  void answersApplyThatPrunesMaximumNumberOfJobs() throws Exception {
    apply(LARGE ? 49_900 : 6_000, 5 * KIB / 2, 999);
  }

  private static void apply(int jobs, int halfDocument, int namedJobs) throws Exception {
    try (NeighboursWorld world = new NeighboursWorld("kept-heap-jobs", LARGE)) {
      world.sql(JOBS.formatted(jobs, halfDocument, halfDocument));
      long idle = heapMegabytes(world);
      String named =
          list(
              namedJobs,
              n -> "{\"name\":\"job-%05d\",\"processor\":{\"type\":\"noop\"}}".formatted(n + 1));
      Trial trial = new Trial(world);
      trial.during(
          flood -> {
            List<Future<?>> calls = new ArrayList<>();
            ExecutorService clients = Executors.newFixedThreadPool(8);
            for (int n = 0; n < 12; n++) {
              String file = PRUNE.formatted(n % 4 == 3 ? named : "");
              calls.add(
                  clients.submit(
                      () -> flood.operator("POST", "/apps/a/jobs:apply?dryRun=true", file)));
            }
            for (Future<?> call : calls) {
              call.get();
            }
            Flood.Reply pruned =
                flood.operator("POST", "/apps/a/jobs:apply", PRUNE.formatted(named));
            assertThat(pruned.status()).as(pruned.body()).isEqualTo(200);
            assertThat(pruned.body().length()).isLessThan(2 * 1024 * KIB);
            assertThat(pruned.json().path("unlistedDeletions").asInt())
                .isEqualTo(Math.max(0, jobs - namedJobs - 5_000));
            clients.shutdownNow();
          });
      assertThat(
              world.number("select count(*) from job where deleted_at is null and owner = 'repo'"))
          .isEqualTo(namedJobs);
      trial.requireSound("KeptHeapIT: " + jobs + " jobs of " + 2 * halfDocument + " B", idle);
    }
  }

  @Test
  void limitsMemoryOfLargeCapabilitiesToAppShare() throws Exception {
    int sessions = LARGE ? 5_000 : 2_000;
    try (NeighboursWorld world = new NeighboursWorld("kept-heap-sessions", LARGE)) {
      long idle = heapMegabytes(world);
      Trial trial = new Trial(world);
      Map<Integer, Integer> statuses = new ConcurrentHashMap<>();
      trial.during(
          flood -> {
            AtomicInteger next = new AtomicInteger();
            ExecutorService clients = Executors.newFixedThreadPool(4);
            List<Future<?>> all = new ArrayList<>();
            for (int client = 0; client < 4; client++) {
              all.add(
                  clients.submit(
                      () -> {
                        for (int n; (n = next.getAndIncrement()) < sessions; ) {
                          int status = flood.worker(WorkerOperation.HANDSHAKE, offer(n)).status();
                          statuses.merge(status, 1, Integer::sum);
                        }
                      }));
            }
            for (Future<?> one : all) {
              one.get();
            }
            clients.shutdownNow();
          });
      System.out.println("KeptHeapIT: handshakes by status " + new TreeMap<>(statuses));
      assertThat(statuses).containsOnlyKeys(200, 429);
      assertThat(statuses.get(200)).isBetween(100, 300);
      trial.requireSound("KeptHeapIT: " + sessions + " sessions", idle);
    }
  }

  private static String offer(int number) {
    return """
        {"protocol":"http","dialect":"orrery","minVersion":%d,"maxVersion":%d,
        "softwareVersion":"forged","app":"a","name":"forged-%d","tags":[%s],"processors":[%s],
        "capacity":500}
        """
        .formatted(
            VersionRange.SUPPORTED.min(),
            VersionRange.SUPPORTED.max(),
            number,
            list(200, n -> text("tag-" + number + "-" + n + "-", 100)),
            list(200, n -> text("processor-" + number + "-" + n + "-", 200)));
  }

  private static String text(String prefix, int length) {
    return "\"" + prefix + "x".repeat(length - prefix.length()) + "\"";
  }

  /** Returns the used heap after a garbage collection. */
  private static long heapMegabytes(NeighboursWorld world) throws IOException {
    jcmd(world, "GC.run");
    Matcher used = USED.matcher(jcmd(world, "GC.heap_info"));
    assertThat(used.find()).isTrue();
    return Long.parseLong(used.group(1)) / KIB;
  }

  private static String jcmd(NeighboursWorld world, String command) throws IOException {
    Process jcmd =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/jcmd",
                Long.toString(world.scheduler().pid()),
                command)
            .redirectErrorStream(true)
            .start();
    return new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** An attack of app {@code a}, with concurrent submissions of its neighbour. */
  private static final class Trial {
    private final NeighboursWorld world;
    private final List<String> faults = new ArrayList<>();
    private long longestMillis;
    private int submissions;

    Trial(NeighboursWorld world) {
      this.world = world;
      world.api().putJob(B, "noop", "{\"processor\":{\"type\":\"noop\"}}");
    }

    interface Strike {
      void make(Flood flood) throws Exception;
    }

    void during(Strike strike) throws Exception {
      Flood flood = new Flood(world, Instant.now().plus(Duration.ofMinutes(10)), true);
      ExecutorService attacker = Executors.newSingleThreadExecutor();
      try {
        Future<?> attack =
            attacker.submit(
                () -> {
                  strike.make(flood);
                  return null;
                });
        while (!attack.isDone()) {
          submit();
          Await.pass(Duration.ofMillis(100));
        }
        attack.get();
      } finally {
        attacker.shutdownNow();
      }
      submit();
      faults.addAll(flood.faults());
    }

    private void submit() throws IOException {
      long began = System.nanoTime();
      int status = world.api().call("POST", "/apps/" + B + "/jobs/noop/instances", "{}").status();
      longestMillis = Math.max(longestMillis, (System.nanoTime() - began) / 1_000_000);
      submissions++;
      if (status != 202) {
        faults.add("submission of the neighbour: " + status);
      }
    }

    void requireSound(String name, long idleMegabytes) throws IOException, SQLException {
      world.scheduler().requireAlive();
      long heap = heapMegabytes(world);
      long peak = world.scheduler().peakMegabytes();
      System.out.printf(
          "%s: heap %d MB before, %d MB after; RSS %d MB at most; %d submissions of the neighbour,"
              + " %d ms at most%n",
          name, idleMegabytes, heap, peak, submissions, longestMillis);
      assertThat(faults).isEmpty();
      assertThat(heap).as("MB of heap").isLessThan(MAX_HEAP_MEGABYTES);
      assertThat(heap - idleMegabytes).as("MB kept").isLessThan(MAX_KEPT_MEGABYTES);
      assertThat(peak).as("MB of memory").isLessThan(MAX_MEGABYTES);
      assertThat(longestMillis)
          .as("ms of a submission of the neighbour")
          .isLessThan(MachineLoad.stretch(Duration.ofSeconds(5)).toMillis());
      assertThat(world.stack().isReady()).isTrue();
    }
  }
}
