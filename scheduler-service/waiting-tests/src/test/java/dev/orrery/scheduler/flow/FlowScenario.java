package dev.orrery.scheduler.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestWorker;
import io.restassured.response.Response;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.yaml.snakeyaml.Yaml;

/** An app with jobs for the nodes of flows, and a worker that runs them. */
abstract class FlowScenario {
  private static final ObjectMapper JSON = new ObjectMapper();

  TestApp app;
  TestWorker worker;

  @BeforeEach
  void createApp() {
    app = TestApp.create();
    List.of("a", "b", "c", "d").forEach(app::withJob);
    worker = app.worker();
  }

  /** Writes a document in the short form of YAML. */
  Response tryPut(String name, String nodes, String more, String job) {
    String document = "{processor: {type: flow, %s nodes: [%s]}%s}".formatted(more, nodes, job);
    return app.putJob(name, JSON.valueToTree(new Yaml().<Object>load(document)).toString());
  }

  void put(String name, String nodes, String more, String job) {
    Response response = tryPut(name, nodes, more, job);
    assertThat(response.statusCode()).as(response.asString()).isIn(200, 201);
  }

  Assignment take(String job) {
    Assignment taken = worker.take();
    assertThat(taken.job()).isEqualTo(job);
    return taken;
  }

  Response retry(String id, String mode) {
    return app.asOperator()
        .body("{\"mode\":\"" + mode + "\"}")
        .post(TestApp.instancePath(id, "/retry"));
  }

  static String retried(Response response) {
    return Json.of(response, 202).getString("id");
  }

  List<String> states(String id) {
    return nodes(id).getStrings("items.state");
  }

  Json nodes(String id) {
    return Json.of(app.asViewer().get(TestApp.instancePath(id, "/nodes")), 200);
  }
}
