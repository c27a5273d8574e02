package dev.orrery.cli.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The command line option that selects jobs by their labels. */
public final class LabelOptions {
  @Option(
      names = "--label",
      paramLabel = "NAME=VALUE",
      converter = NameValue.Converter.class,
      description =
          "Only jobs with this label, or instances of such jobs; may be repeated for several, all of"
              + " which must be equal.")
  private List<NameValue> labels = new ArrayList<>();

  public boolean isEmpty() {
    return labels.isEmpty();
  }

  /** Returns a query parameter for each label. */
  public List<String> parameters() {
    return NameValue.byName(labels).entrySet().stream()
        .map(label -> "label=" + SchedulerClient.encoded(label.getKey() + ":" + label.getValue()))
        .toList();
  }

  /** Adds the labels to the body of a bulk call. */
  public void addTo(ObjectNode body) {
    if (!labels.isEmpty()) {
      ObjectNode wanted = body.putObject("labels");
      NameValue.byName(labels).forEach(wanted::put);
    }
  }
}
