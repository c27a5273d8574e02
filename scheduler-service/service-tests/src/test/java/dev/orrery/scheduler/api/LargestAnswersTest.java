package dev.orrery.scheduler.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.scheduler.http.rest.PageBytes;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.PageWalk;
import dev.orrery.scheduler.testkit.TestApp.TokenRole;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Reads every resource of the OpenAPI document, with rows as large as the limits allow, and checks
 * the size of each answer. Without a bound, a few callers could use up the memory of all.
 */
@QuarkusTest
@Tag("thorough")
class LargestAnswersTest {
  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;

  /** No answer is larger. */
  private static final int MOST = 2 * MIB;

  /** A list without a cursor: 100 jobs with 100 ends each. */
  private static final Set<String> BOUNDED_BY_NUMBER = Set.of("getJobStatistics");

  /** Pages that are tried of each list. */
  private static final int PAGES = 2;

  /**
   * The size that the answer of each operation has at least, as proof that its rows are large. A
   * new operation needs an entry here, and its largest rows in {@link LargeRows}.
   */
  private static final Map<String, Integer> LEAST_BYTES =
      Map.ofEntries(
          Map.entry("listApps", 1000 * KIB),
          Map.entry("getApp", 9000),
          Map.entry("countEnds", 60 * KIB),
          Map.entry("listUpcomingFires", 60 * KIB),
          Map.entry("countUpcomingFires", 3 * KIB),
          Map.entry("listInstances", 500 * KIB),
          Map.entry("listAllInstances", 500 * KIB),
          Map.entry("listErrors", 100 * KIB),
          Map.entry("getJobStatistics", 1000 * KIB),
          Map.entry("listJobs", 700 * KIB),
          Map.entry("listAllJobs", 700 * KIB),
          Map.entry("getJob", 250 * KIB),
          Map.entry("listBackfills", 100 * KIB),
          Map.entry("getBackfill", 200),
          Map.entry("listJobFireTimes", 2 * KIB),
          Map.entry("listJobVersions", 700 * KIB),
          Map.entry("listTokens", 90 * KIB),
          Map.entry("countWaiting", 200),
          Map.entry("listWebhooks", 900 * KIB),
          Map.entry("getWebhook", 100 * KIB),
          Map.entry("listWebhookDeliveries", 1000 * KIB),
          Map.entry("getCluster", 200),
          Map.entry("previewCron", 2 * KIB),
          Map.entry("getInstance", 700 * KIB),
          Map.entry("listAttempts", 1000 * KIB),
          Map.entry("listParts", 1000 * KIB),
          Map.entry("listNodes", 500 * KIB),
          Map.entry("getInstanceLog", 900 * KIB),
          Map.entry("getPowerJobApp", 200),
          Map.entry("getPowerJobNumbers", 10),
          Map.entry("getProtocol", 200),
          Map.entry("getJobFileSchema", 5 * KIB),
          Map.entry("getSession", 20),
          Map.entry("getStorage", 500),
          Map.entry("listWorkers", 1000 * KIB));

  private static LargeRows rows;

  /** A read of the document with its path parameters filled. */
  private record Read(String operation, String target) {}

  @BeforeEach
  void writeRowsOnce() {
    if (rows == null) {
      LargeRows written = new LargeRows();
      written.write();
      rows = written;
    }
  }

  @AfterAll
  static void removeRows() {
    rows.remove();
    rows = null;
  }

  @Test
  void limitsSizeOfEveryResponse() {
    Map<String, Integer> largest = new TreeMap<>();
    SoftAssertions softly = new SoftAssertions();
    for (Read read : reads()) {
      String target = read.target();
      for (int page = 0; page < PAGES && target != null; page++) {
        Response response = Api.asAdmin().get(target);
        softly.assertThat(response.statusCode()).as(target).isEqualTo(200);
        int bytes = response.asByteArray().length;
        Json answer = response.as(Json.class);
        largest.merge(read.operation(), bytes, Math::max);
        softly.assertThat(bytes).as(target).isLessThanOrEqualTo(MOST);
        if (answer.node().has("items") && !BOUNDED_BY_NUMBER.contains(read.operation())) {
          softly
              .assertThat(bytes - bytesOf(answer.node().path("refused")))
              .as("list of %s", target)
              .isLessThanOrEqualTo(PageBytes.MAX_BYTES);
        }
        target = next(read.target(), answer);
      }
    }
    largest.forEach(
        (operation, bytes) ->
            System.out.printf("LargestAnswersTest: %-22s %,11d bytes%n", operation, bytes));
    largest.forEach(
        (operation, bytes) ->
            softly
                .assertThat(bytes)
                .as("%s: its rows are not the largest ones", operation)
                .isGreaterThanOrEqualTo(LEAST_BYTES.getOrDefault(operation, 0)));
    softly.assertAll();
  }

  @Test
  void returnsAllItemsAcrossByteLimitedPages() {
    assertThat(walk(rows.app().path("/webhooks"), "name")).hasSize(20).doesNotHaveDuplicates();
    assertThat(walk("/api/v1/instances/" + rows.instance + "/attempts", "attempt"))
        .hasSize(LargeRows.ROWS + 1)
        .doesNotHaveDuplicates();
    assertThat(walk(rows.app().path("/webhooks/" + rows.webhook + "/deliveries"), "id"))
        .hasSize(LargeRows.ROWS)
        .doesNotHaveDuplicates();
    String viewer = rows.app().token(TokenRole.VIEWER);
    assertThat(PageWalk.of(viewer, "/api/v1/workers?limit=500", "session").entries())
        .hasSize(LargeRows.ROWS)
        .doesNotHaveDuplicates();
  }

  @Test
  void returnsAllLinesAcrossLogPages() {
    assertThat(linesOf(rows.instance)).hasSize(15 * 9_500).doesNotHaveDuplicates();
    assertThat(linesOf(rows.instanceOfControlCharacters)).hasSize(24 * 8).doesNotHaveDuplicates();
    assertThat(linesOf(rows.instanceOfEuroSigns)).hasSize(24 * 8).doesNotHaveDuplicates();
  }

  private static List<String> walk(String path, String field) {
    return PageWalk.of(Api.adminToken(), path + "?limit=500", field).entries();
  }

  private static List<String> linesOf(String instance) {
    List<String> lines = new ArrayList<>();
    String path = "/api/v1/instances/" + instance + "/logs";
    String target = path;
    List<String> page;
    do {
      Json answer = Json.of(Api.asAdmin().get(target), 200);
      page = new ArrayList<>();
      for (JsonNode line : answer.node().path("items")) {
        page.add(line.path("attempt").asText() + "-" + line.path("sequence").asText());
      }
      lines.addAll(page);
      target = path + "?after=" + answer.getString("next");
    } while (!page.isEmpty());
    return lines;
  }

  /** All reads of the document; a list has its largest limit. */
  private static List<Read> reads() {
    Json document =
        Api.asAdmin().accept(ContentType.JSON).get("/q/openapi").then().extract().as(Json.class);
    List<Read> reads = new ArrayList<>();
    Set<String> operations = new HashSet<>();
    for (Map.Entry<String, JsonNode> path : document.node().path("paths").properties()) {
      JsonNode get = path.getValue().path("get");
      if (!get.isMissingNode()) {
        String operation = get.path("operationId").asText();
        operations.add(operation);
        String query = query(operation, get.path("parameters"));
        paths(path.getKey()).forEach(filled -> reads.add(new Read(operation, filled + query)));
      }
    }
    assertThat(operations)
        .as("operations with data: see LEAST_BYTES")
        .isEqualTo(LEAST_BYTES.keySet());
    return reads;
  }

  private static List<String> paths(String template) {
    String path =
        template
            .replace("{app}", rows.app().name())
            .replace("{job}", rows.job)
            .replace("{webhook}", rows.webhook)
            .replace("/backfills/{id}", "/backfills/" + rows.backfill);
    if (path.endsWith("/nodes")) {
      return List.of(path.replace("{id}", rows.flow));
    }
    return path.contains("{id}")
        ? List.of(
            path.replace("{id}", rows.instance),
            path.replace("{id}", rows.instanceOfControlCharacters),
            path.replace("{id}", rows.instanceOfEuroSigns))
        : List.of(path);
  }

  private static String query(String operation, JsonNode parameters) {
    List<String> query = new ArrayList<>();
    for (JsonNode parameter : parameters) {
      largest(operation, parameter.path("name").asText())
          .ifPresent(value -> query.add(parameter.path("name").asText() + "=" + value));
    }
    return query.isEmpty() ? "" : "?" + String.join("&", query);
  }

  /** The value of a query parameter that makes the answer as large as it can be. */
  private static Optional<String> largest(String operation, String parameter) {
    return switch (parameter) {
      case "limit" -> Optional.of("500");
      case "count", "last" -> Optional.of("100");
      case "cron" -> Optional.of("*%20*%20*%20*%20*%20*");
      case "bucket" -> Optional.of("PT1M");
      case "from" ->
          operation.equals("countEnds")
              ? Optional.of(Instant.now().minus(350, ChronoUnit.MINUTES).toString())
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static String next(String target, Json answer) {
    String next = answer.getString("next");
    return next == null
        ? null
        : target
            + (target.contains("?") ? '&' : '?')
            + "after="
            + URLEncoder.encode(next, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static int bytesOf(JsonNode part) {
    return part.isMissingNode() ? 0 : part.toString().getBytes(StandardCharsets.UTF_8).length;
  }
}
