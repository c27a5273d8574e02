package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.client.SchedulerClient;
import java.util.function.Predicate;

/** Lists of the API, page after page. */
public final class PageReader {
  private static final int LARGEST = 500;

  private PageReader() {}

  /**
   * The first items of a list in the API's form; pages may be short, so there may be several calls.
   *
   * @param path with a query or without
   * @param limit how many, at most
   */
  public static ObjectNode read(SchedulerClient client, String path, int limit) {
    return read(client, path, limit, limit, item -> true);
  }

  /** As {@link #read(SchedulerClient, String, int)}, with only some of the first items. */
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
