package dev.orrery.cli.powerjob;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.client.ApiException;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.client.SchedulerClient.Answer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The jobs that earlier imports have made, as the scheduler knows them.
 *
 * @param names of jobs here, by number at PowerJob
 * @param etag null if the app does not exist
 */
record StoredNumbers(Map<Long, String> names, String etag) {
  private static final String CONFLICT = "PRECONDITION_FAILED";

  static final StoredNumbers NONE = new StoredNumbers(Map.of(), null);

  static StoredNumbers read(SchedulerClient client, String app) {
    try {
      Answer answer = client.get(path(app));
      Map<Long, String> names = new LinkedHashMap<>();
      answer
          .body()
          .path("numbers")
          .properties()
          .forEach(entry -> names.put(Long.valueOf(entry.getKey()), entry.getValue().asText()));
      return new StoredNumbers(names, answer.etag());
    } catch (ApiException e) {
      if (e.code().equals("APP_NOT_FOUND")) {
        return NONE;
      }
      throw e;
    }
  }

  /**
   * Stores other numbers in place of these.
   *
   * @throws ApiException if another import has stored numbers since these were read
   */
  void replace(SchedulerClient client, String app, JsonNode numbers) {
    StoredNumbers present = etag == null ? read(client, app) : this;
    try {
      if (!present.names.equals(names)) {
        throw new ApiException(CONFLICT, "");
      }
      client.putIfAt(present.etag, path(app), numbers);
    } catch (ApiException e) {
      throw e.code().equals(CONFLICT)
          ? new ApiException(
              e.problem(),
              "Another import of app "
                  + app
                  + " has stored its numbers meanwhile. Repeat this one, which then completes it.")
          : e;
    }
  }

  private static String path(String app) {
    return SchedulerClient.appPath(app) + "/powerjob/numbers";
  }
}
