package dev.orrery.bench.stack;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** An app of a stack, with its REST API calls. */
public final class BenchApp {
  private final SchedulerApi api;
  private final String name;
  private final String workerToken;

  private BenchApp(SchedulerApi api, String name, String workerToken) {
    this.api = api;
    this.name = name;
    this.workerToken = workerToken;
  }

  static BenchApp create(SchedulerApi api, String name) throws InterruptedException {
    api.call("PUT", "/apps/" + name, "{}");
    return new BenchApp(api, name, token(api, name, "worker"));
  }

  private static String token(SchedulerApi api, String app, String role)
      throws InterruptedException {
    String answer = api.call("POST", "/apps/" + app + "/tokens", "{\"role\":\"" + role + "\"}");
    return SchedulerApi.json(answer).get("token").asText();
  }

  /** Creates a token with the role viewer. */
  String viewerToken() throws InterruptedException {
    return token(api, name, "viewer");
  }

  /** Returns the same app through another replica. */
  BenchApp through(SchedulerApi replica) {
    return new BenchApp(replica, name, workerToken);
  }

  public String name() {
    return name;
  }

  public String workerToken() {
    return workerToken;
  }

  /** Creates a job that does nothing and that only calls start. */
  public void putNoopJob(String job) throws InterruptedException {
    putJob(job, "{\"processor\":{\"type\":\"noop\"}}");
  }

  /**
   * @param document JSON
   */
  public void putJob(String job, String document) throws InterruptedException {
    api.call("PUT", "/apps/" + name + "/jobs/" + job, document);
  }

  public void deleteJob(String job) throws InterruptedException {
    api.call("DELETE", "/apps/" + name + "/jobs/" + job, null);
  }

  public void pauseJob(String job) throws InterruptedException {
    api.call("POST", "/apps/" + name + "/jobs/" + job + "/pause", null);
  }

  public void pause() throws InterruptedException {
    api.call("POST", "/apps/" + name + "/pause", null);
  }

  public void resume() throws InterruptedException {
    api.call("POST", "/apps/" + name + "/resume", null);
  }

  /**
   * Starts an instance.
   *
   * @param body of the call, JSON
   * @return its id
   */
  public String run(String job, String body) throws InterruptedException {
    return SchedulerApi.json(
            api.call("POST", "/apps/" + name + "/jobs/" + job + "/instances", body))
        .get("id")
        .asText();
  }

  /**
   * Submits a batch.
   *
   * @param body of the call, JSON
   * @return the raw response, for {@link #ids}
   */
  public String submit(String body) throws InterruptedException {
    return api.call("POST", "/apps/" + name + "/instances", body);
  }

  public static List<Long> ids(String answer) {
    List<Long> ids = new ArrayList<>();
    SchedulerApi.json(answer).get("ids").forEach(id -> ids.add(id.asLong()));
    return ids;
  }

  public JsonNode instance(String id) throws InterruptedException {
    return SchedulerApi.json(api.call("GET", "/instances/" + id, null));
  }
}
