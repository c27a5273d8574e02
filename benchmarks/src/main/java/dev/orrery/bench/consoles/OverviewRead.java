package dev.orrery.bench.consoles;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A value of an app's overview that is read periodically.
 *
 * @param every the pause between a response and the next call
 * @param onlyAdmin true if the page omits it for other roles
 * @param calls made in sequence; paths with placeholders
 */
record OverviewRead(Duration every, boolean onlyAdmin, List<String> calls) {
  private static final String FILE = "/overview-calls.json";

  OverviewRead {
    calls = List.copyOf(calls);
  }

  /** The reads of the page, and the headers of each call. */
  record Page(Map<String, String> headers, List<OverviewRead> reads) {}

  /** Loads the file that a test of the console compares with the page. */
  static Page load() {
    try (InputStream file = OverviewRead.class.getResourceAsStream(FILE)) {
      JsonNode root = new ObjectMapper().readTree(file);
      Map<String, String> headers = new LinkedHashMap<>();
      root.get("headers")
          .properties()
          .forEach(header -> headers.put(header.getKey(), header.getValue().asText()));
      List<OverviewRead> reads = new ArrayList<>();
      root.get("reads").forEach(read -> reads.add(of(read)));
      return new Page(headers, reads);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static OverviewRead of(JsonNode read) {
    List<String> calls = new ArrayList<>();
    read.get("calls").forEach(call -> calls.add(call.asText()));
    return new OverviewRead(
        Duration.ofMillis(read.get("every").asLong()),
        read.path("role").asText().equals("admin"),
        calls);
  }

  /** Returns the path of a call at this time. */
  static String path(String call, String app, Instant now) {
    Instant minute = now.plusSeconds(59).truncatedTo(ChronoUnit.MINUTES);
    return call.replace("{app}", app)
        .replace("{minute}", minute.toString())
        .replace("{minute+1h}", minute.plus(1, ChronoUnit.HOURS).toString())
        .replace("{minute-1h}", minute.minus(1, ChronoUnit.HOURS).toString());
  }
}
