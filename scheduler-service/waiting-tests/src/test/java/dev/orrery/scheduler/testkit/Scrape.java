package dev.orrery.scheduler.testkit;

import static io.restassured.RestAssured.given;

import io.restassured.http.ContentType;
import java.net.URL;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the management port gives Prometheus.
 *
 * @param samples by name with labels, as in {@code orrery_reports_total{verdict="stale"}}
 * @param families our own, by name
 */
public record Scrape(Map<String, Double> samples, Map<String, Family> families) {
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");
  private static final Pattern META = Pattern.compile("# (HELP|TYPE) (orrery_\\w+) (.*)");

  /** One meter: its type, its labels without those of the format, and its meaning. */
  public record Family(String type, Set<String> labels, String help) {}

  /**
   * @param management any address on the management port
   */
  public static Scrape of(URL management) {
    return of(
        given()
            .port(management.getPort())
            .accept(ContentType.TEXT)
            .get("/q/metrics")
            .then()
            .statusCode(200)
            .extract()
            .asString());
  }

  public static Scrape of(String text) {
    Map<String, Double> samples = new LinkedHashMap<>();
    Map<String, Family> families = new TreeMap<>();
    Map<String, String> help = new TreeMap<>();
    String current = null;
    for (String line : text.lines().toList()) {
      Matcher meta = META.matcher(line);
      if (meta.matches()) {
        current = meta.group(2);
        if (meta.group(1).equals("HELP")) {
          help.put(current, meta.group(3).strip());
        } else {
          families.put(
              current, new Family(meta.group(3), new TreeSet<>(), help.getOrDefault(current, "")));
        }
      } else if (!line.startsWith("#") && !line.isBlank()) {
        int space = line.lastIndexOf(' ');
        String name = line.substring(0, space).replace(",}", "}");
        samples.put(name, Double.valueOf(line.substring(space + 1).replace("Inf", "Infinity")));
        if (name.startsWith("orrery_")) {
          labels(name, families.get(current).labels());
        }
      }
    }
    return new Scrape(samples, families);
  }

  private static void labels(String sample, Set<String> into) {
    Matcher label = LABEL.matcher(sample);
    while (label.find()) {
      if (!label.group(1).equals("le")) {
        into.add(label.group(1));
      }
    }
  }

  /** Short, for the messages of waits that fail. */
  @Override
  public String toString() {
    Map<String, Double> ours = new TreeMap<>(samples);
    ours.keySet().removeIf(name -> !name.startsWith("orrery_") || name.contains("_bucket"));
    return ours.toString();
  }

  /** 0 where there is none yet. */
  public double get(String sample) {
    return samples.getOrDefault(sample, 0.0);
  }

  /** How much the sample has grown since then. */
  public double since(Scrape before, String sample) {
    return get(sample) - before.get(sample);
  }
}
