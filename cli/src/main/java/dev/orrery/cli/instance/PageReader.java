package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.client.SchedulerClient;
import java.util.function.Predicate;

/** Reads paged lists of the API. */
public final class PageReader {
  private static final int LARGEST = 500;

  private PageReader() {}

  /**
   * Returns the first items in the API's list format. Pages may be short, so this may take several
   * calls.
   *
   * @param path with or without a query
   * @param limit the maximum number of items
   */
  public static ObjectNode read(SchedulerClient client, String path, int limit) {
    return read(client, path, limit, limit, item -> true);
  }

  /** Like {@link #read(SchedulerClient, String, int)}, with a filter. */
  static ObjectNode read(
      SchedulerClient client, String path, int limit, int mostRead, Predicate<JsonNode> wanted) {
    ArrayNode items = client.json().createArrayNode();
    ObjectNode result = client.json().createObjectNode();
    String next = null;
    int read = 0;
    do {
      int size = Math.min(LARGEST, mostRead - read);
      String query = (path.contains("?") ? "&" : "?") + "limit=" + size;
      String after = next == null ? "" : "&after=" + SchedulerClient.encoded(next);
      JsonNode page = client.get(path + query + after).body();
      if (next == null) {
        page.properties().forEach(field -> result.set(field.getKey(), field.getValue()));
      }
      for (JsonNode item : page.path("items")) {
        read++;
        if (wanted.test(item) && items.size() < limit) {
          items.add(item);
        }
      }
      next = page.hasNonNull("next") ? page.path("next").asText() : null;
    } while (next != null && items.size() < limit && read < mostRead);
    result.set("items", items);
    return result.put("next", next);
  }
}
