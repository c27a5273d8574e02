package dev.orrery.it.harness;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.Load.Accepted;
import dev.orrery.testing.program.Await;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The jobs of a {@link Load}: many short ones, and some long ones. */
public final class QuickAndLongJobs {
  private static final String QUICK = "quick";
  private static final String LONG = "long";

  private static final List<String> MIX = List.of(QUICK, QUICK, QUICK, QUICK, QUICK, LONG);

  private final Api api;
  private final Journal journal;

  /**
   * @param journal records the starts of the long jobs
   */
  public QuickAndLongJobs(Api api, Journal journal) {
    this.api = api;
    this.journal = journal;
  }

  /**
   * Creates the jobs.
   *
   * @param seconds duration of a long one
   */
  public void put(int seconds) {
    api.putJob(Stack.APP, QUICK, "{\"processor\":{\"type\":\"noop\"}}");
    api.putJob(
        Stack.APP,
        LONG,
        "{\"processor\":{\"type\":\"shell\",\"script\":\""
            + journal.entry()
            + "sleep "
            + seconds
            + "\"}}");
  }

  /**
   * Starts clients; one prefers HTTP/2, which is Java's default.
   *
   * @param port of the API
   */
  public Load load(int port) {
    return new Load(
        port,
        api.token(),
        MIX,
        HttpClient.Version.HTTP_1_1,
        HttpClient.Version.HTTP_1_1,
        HttpClient.Version.HTTP_2);
  }

  /**
   * Checks that each accepted run exists once, was started once, and has succeeded, and that no
   * others exist.
   */
  public void requireSucceededOnce(List<Accepted> accepted) {
    for (String job : List.of(QUICK, LONG)) {
      List<String> ids =
          accepted.stream().filter(one -> one.job().equals(job)).map(Accepted::id).toList();
      assertThat(ids).isNotEmpty().doesNotHaveDuplicates();
      Await.until(
          "all of " + job + " have succeeded",
          Duration.ofSeconds(30),
          () -> api.states(Stack.APP, job).equals(Map.of("SUCCEEDED", ids.size())));
      List<JsonNode> instances = api.instances(Stack.APP, job);
      assertThat(instances)
          .extracting(one -> one.get("id").asText())
          .containsExactlyInAnyOrderElementsOf(ids);
      assertThat(instances)
          .filteredOn(one -> one.get("attempt").asInt() != 1)
          .map(one -> api.get("/instances/" + one.get("id").asText() + "/attempts"))
          .as("attempts of instances that ran more than once")
          .isEmpty();
      if (job.equals(LONG)) {
        assertThat(journal.entries())
            .containsExactlyInAnyOrderElementsOf(ids.stream().map(id -> id + " 1").toList());
      }
    }
  }
}
