package dev.orrery.scheduler.http.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.nullValue;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.Hourly;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.PageWalk;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestApp.TokenRole;
import dev.orrery.scheduler.testkit.TestDatabase;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checks that every list returns each entry once and in order, for any page size. */
@QuarkusTest
class ListPagesTest {
  private static final int ENTRIES = 4;
  private static final String WEBHOOK = "{\"url\":\"https://example.org/x\",\"enabled\":false}";

  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create().withJob("job");
  }

  /** A list with {@link #ENTRIES} entries of this app and no others. */
  enum Listed {
    INSTANCES("/instances", "id") {
      @Override
      List<String> make(TestApp app) {
        return newestFirst(app.runTimes("job", ENTRIES));
      }
    },
    INSTANCES_OF_AN_APP_WITH_MANY_JOBS("/instances", "id") {
      @Override
      List<String> make(TestApp app) {
        TestDatabase.update(
            """
            insert into job (app_id, name, version_id, deleted_at)
            select j.app_id, 'old', j.version_id, statement_timestamp()
            from job j join app a on a.id = j.app_id, generate_series(1, 100)
            where a.name = ?
            """,
            app.name());
        return newestFirst(app.runTimes("job", ENTRIES));
      }
    },
    INSTANCES_IN_A_STATE("/instances?state=WAITING", "id") {
      @Override
      List<String> make(TestApp app) {
        return newestFirst(app.runTimes("job", ENTRIES));
      }
    },
    JOBS("/jobs", "name") {
      @Override
      List<String> make(TestApp app) {
        List.of("d.1", "a", "B").forEach(app::withJob);
        return List.of("B", "a", "d.1", "job");
      }
    },
    VERSIONS_OF_A_JOB("/jobs/job/versions", "version") {
      @Override
      List<String> make(TestApp app) {
        for (int priority = 1; priority < ENTRIES; priority++) {
          app.withJob(
              "job", "{\"processor\":{\"type\":\"noop\"},\"priority\":%d}".formatted(priority));
        }
        return List.of("4", "3", "2", "1");
      }
    },
    BACKFILLS("/jobs/job/backfills", "id") {
      @Override
      List<String> make(TestApp app) {
        Hourly hourly = Hourly.farFromNow();
        app.withJob(
            "job",
            "{\"processor\":{\"type\":\"noop\"},\"enabled\":false,%s}".formatted(hourly.trigger()));
        return newestFirst(
            times(
                () ->
                    app.asOperator()
                        .body(
                            "{\"from\":\"%s\",\"until\":\"%s\"}"
                                .formatted(hourly.last().minusSeconds(1), hourly.last()))
                        .post(app.path("/jobs/job/backfills"))
                        .as(Json.class)
                        .getString("id")));
      }
    },
    WEBHOOKS("/webhooks", "name") {
      @Override
      List<String> make(TestApp app) {
        for (String name : List.of("d", "b", "a", "c")) {
          app.asOperator().body(WEBHOOK).put(app.path("/webhooks/" + name));
        }
        return List.of("a", "b", "c", "d");
      }
    },
    DELIVERIES("/webhooks/ops/deliveries", "id") {
      @Override
      List<String> make(TestApp app) {
        app.asOperator().body(WEBHOOK).put(app.path("/webhooks/ops"));
        return newestFirst(
            times(
                () ->
                    app.asOperator()
                        .post(app.path("/webhooks/ops/test"))
                        .as(Json.class)
                        .getString("id")));
      }
    },
    ATTEMPTS("", "attempt") {
      @Override
      List<String> make(TestApp app) {
        app.withJob(
            "job",
            "{\"processor\":{\"type\":\"noop\"},\"retry\":{\"maxAttempts\":4,\"backoff\":\"0s\"}}");
        app.run("job");
        TestWorker worker = app.worker();
        for (int attempt = 1; attempt < ENTRIES; attempt++) {
          worker.fail(worker.take(), "again");
        }
        worker.take();
        return List.of("1", "2", "3", "4");
      }

      @Override
      String path(TestApp app) {
        return TestApp.instancePath(
            app.instancesOf("job").get(0).get("id").toString(), "/attempts");
      }
    },
    TOKENS("/tokens", "id") {
      @Override
      List<String> make(TestApp app) {
        List.of(TokenRole.values()).forEach(app::token);
        return Stream.of(TokenRole.values()).map(app::tokenId).toList();
      }

      @Override
      String token(TestApp app) {
        return Api.adminToken();
      }
    },
    WORKERS("/workers", "name") {
      @Override
      List<String> make(TestApp app) {
        for (String name : List.of("c", "b", "a", "b")) {
          app.workerLike().named(name).join();
        }
        return List.of("a", "b", "b", "c");
      }

      @Override
      String path(TestApp app) {
        return Api.V1 + "/workers";
      }
    };

    private final String path;
    private final String field;

    Listed(String path, String field) {
      this.path = path;
      this.field = field;
    }

    /** Returns what tells the entries apart, in the order of the list. */
    abstract List<String> make(TestApp app);

    String path(TestApp app) {
      return app.path(path);
    }

    String token(TestApp app) {
      return app.token(TokenRole.OPERATOR);
    }

    /** A page of instances may be short, or empty, and still have a next one. */
    boolean hasFullPages() {
      return !path.startsWith("/instances");
    }

    PageWalk walk(TestApp app, int limit) {
      String from = path(app);
      return PageWalk.of(
          token(app), from + (from.contains("?") ? '&' : '?') + "limit=" + limit, field);
    }

    private static List<String> times(Supplier<String> one) {
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < ENTRIES; i++) {
        ids.add(one.get());
      }
      return ids;
    }

    private static List<String> newestFirst(List<String> made) {
      List<String> reversed = new ArrayList<>(made);
      Collections.reverse(reversed);
      return reversed;
    }
  }

  @ParameterizedTest
  @EnumSource
  void returnsEveryItemAcrossPagesOfEachList(Listed list) {
    List<String> expected = list.make(app);

    for (int limit = 1; limit <= ENTRIES + 1; limit++) {
      PageWalk walk = list.walk(app, limit);

      assertThat(walk.entries()).as("%s in pages of %d", list, limit).isEqualTo(expected);
      if (list.hasFullPages()) {
        assertThat(walk.sizes())
            .as("sizes of the pages of %s, limit %d", list, limit)
            .isEqualTo(fullPagesAndRest(limit));
      }
    }
  }

  /** Of the apps of all tests, from a name on that few others come after. */
  @Test
  void returnsEveryAppAcrossPages() {
    String prefix = "zz-" + UUID.randomUUID();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < ENTRIES; i++) {
      expected.add(prefix + i);
      Api.asAdmin().put(Api.V1 + "/apps/" + prefix + i).then().statusCode(201);
    }

    for (int limit = 1; limit <= ENTRIES + 1; limit++) {
      PageWalk walk =
          PageWalk.from(prefix, Api.adminToken(), Api.V1 + "/apps?limit=" + limit, "name");

      assertThat(walk.entries().stream().filter(name -> name.startsWith(prefix)))
          .as("apps in pages of %d", limit)
          .isEqualTo(expected);
    }
  }

  /** Workers of other apps must not fill the page of an admin who asks for one app. */
  @Test
  void listsWorkersOfOneAppAmongManyApps() {
    TestApp other = TestApp.create();
    List.of("a", "b", "c").forEach(name -> other.workerLike().named(name).join());
    app.workerLike().named("z").join();
    String path = Api.V1 + "/workers?limit=2&app=" + app.name();

    for (String token : List.of(Api.adminToken(), app.token(TokenRole.VIEWER))) {
      Api.as(token).get(path).then().body("items.name", contains("z")).body("next", nullValue());
    }
    Refused.with(ErrorCode.APP_NOT_FOUND, other.asViewer().get(path));
    Refused.with(ErrorCode.APP_NOT_FOUND, Api.asAdmin().get(Api.V1 + "/workers?app=no-such-app"));
  }

  private static List<Integer> fullPagesAndRest(int limit) {
    List<Integer> sizes = new ArrayList<>(Collections.nCopies(ENTRIES / limit, limit));
    if (ENTRIES % limit > 0) {
      sizes.add(ENTRIES % limit);
    }
    return sizes;
  }
}
