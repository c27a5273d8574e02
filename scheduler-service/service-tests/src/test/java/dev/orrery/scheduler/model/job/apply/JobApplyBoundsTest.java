package dev.orrery.scheduler.model.job.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestDatabase;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks that the size of a plan is limited, whatever is stored, and that all changes are made. */
@QuarkusTest
class JobApplyBoundsTest {
  private static final int MIB = 1024 * 1024;
  private static final String NOOP = "\"processor\":{\"type\":\"noop\"}";

  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create();
  }

  @Test
  void omitsDifferencesBeyondOneMebibyteAndAppliesAllChanges() {
    String stored =
        IntStream.range(0, 30)
            .mapToObj(
                n ->
                    "{\"name\":\"job-%02d\",%s,\"parameters\":{\"text\":\"%s\"}}"
                        .formatted(n, NOOP, "x".repeat(60_000)))
            .collect(Collectors.joining(","));
    assertThat(apply("", "{\"jobs\":[" + stored + "]}").statusCode()).isEqualTo(200);
    String file =
        IntStream.range(0, 30)
            .mapToObj(n -> "{\"name\":\"job-%02d\",%s}".formatted(n, NOOP))
            .collect(Collectors.joining(","));
    file = "{\"owner\":\"repo\",\"jobs\":[" + file + "]}";

    for (String query : List.of("?dryRun=true", "")) {
      Response response = apply(query, file);
      List<Map<String, Object>> plan = response.as(Json.class).getMaps("jobs");

      assertThat(response.asString()).hasSizeBetween(MIB, MIB + 70_000);
      assertThat(plan).extracting(job -> job.get("change")).hasSize(30).containsOnly("update");
      assertThat(plan.get(17).get("differences").toString()).contains("parameters.text", "xxx");
      assertThat(plan.get(17)).doesNotContainKey("truncated");
      assertThat(plan.get(18)).containsEntry("truncated", true);
      assertThat(plan.get(18).get("differences")).hasToString("[{field=status.owner, to=repo}]");
    }
    List<Map<String, Object>> jobs =
        app.asViewer().get(app.path("/jobs")).as(Json.class).getMaps("items");
    assertThat(jobs).extracting(job -> job.get("parameters")).hasSize(30).containsOnly(Map.of());
  }

  @Test
  void listsFirst5000DeletionsAndCountsRemainder() {
    app.withJob("by-hand");
    TestDatabase.update(
        """
        with named as (
          insert into job (app_id, name, version_id, owner)
          select a.id, 'job-' || lpad(n::text, 5, '0'), new_instance_id(), 'repo'
          from app a, generate_series(1, 5003) n where a.name = ?
          returning id, version_id, name
        )
        insert into job_version (id, job_id, version, document, lane_id, priority)
        select version_id, id, 1,
          format('{"name":"%s","processor":{"type":"noop"},"enabled":true}', name)::jsonb,
          (select l.id from lane l join app a on a.id = l.app_id where a.name = ?), 5
        from named
        """,
        app.name(), app.name());
    String file = "{\"owner\":\"repo\",\"prune\":true,\"jobs\":[{\"name\":\"job-00002\",%s}]}";

    for (String query : List.of("?dryRun=true", "")) {
      Json plan = apply(query, file.formatted(NOOP)).as(Json.class);

      assertThat(plan.getStrings("jobs.name"))
          .hasSize(5001)
          .startsWith("job-00002", "job-00001", "job-00003")
          .endsWith("job-05001");
      assertThat(plan.getInt("unlistedDeletions")).isEqualTo(2);
    }
    assertThat(app.asViewer().get(app.path("/jobs")).as(Json.class).getStrings("items.name"))
        .containsExactly("by-hand", "job-00002");
    assertThat(apply("", file.formatted(NOOP)).as(Json.class).node().has("unlistedDeletions"))
        .isFalse();
  }

  private Response apply(String query, String file) {
    return app.asOperator().body(file).post(app.path("/jobs:apply" + query));
  }
}
