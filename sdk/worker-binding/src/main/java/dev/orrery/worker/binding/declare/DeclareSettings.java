package dev.orrery.worker.binding.declare;

import dev.orrery.protocol.json.JsonMap;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where an application declares its jobs.
 *
 * @param api the address of the scheduler's API, such as {@code http://localhost:7700}
 * @param token of the app with the role {@code operator}
 * @param owner of the jobs; the scheduler deletes those of the same owner that are not declared
 */
public record DeclareSettings(
    URI api, String app, String token, String owner, List<JobDeclaration> jobs) {
  public DeclareSettings {
    jobs = List.copyOf(jobs);
  }

  URI target() {
    String base = api.toString().replaceAll("/+$", "");
    return URI.create(base + "/api/v1/apps/" + app + "/jobs:apply");
  }

  /** Returns the body of the call. */
  String body() {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("owner", owner);
    body.put("prune", true);
    body.put("jobs", jobs.stream().map(JobDeclaration::fields).toList());
    return JsonMap.write(body);
  }

  @Override
  public String toString() {
    return "DeclareSettings[api=" + api + ", app=" + app + ", owner=" + owner + "]";
  }
}
