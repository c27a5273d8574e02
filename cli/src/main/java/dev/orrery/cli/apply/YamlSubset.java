package dev.orrery.cli.apply;

import dev.orrery.cli.UserException;
import java.io.StringReader;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Checks that a document uses only the supported subset of YAML, which is the same as in the
 * console: one document without anchors, aliases, tags and merges. Jackson does not resolve these
 * and would store wrong values.
 */
final class YamlSubset {
  private YamlSubset() {}

  static LoaderOptions options() {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(DocumentFile.MAX_BYTES);
    return options;
  }

  static Yaml yaml() {
    return new Yaml(options());
  }

  /**
   * @throws UserException naming the line of an unsupported feature
   */
  static void require(String name, String text) {
    boolean begun = false;
    for (Event event : yaml().parse(new StringReader(text))) {
      if (event instanceof DocumentStartEvent) {
        if (begun) {
          throw error(name, event.getStartMark(), "a second document begins (---); a file has one");
        }
        begun = true;
      } else if (event instanceof NodeEvent node) {
        requirePlain(name, node);
      }
    }
  }

  private static void requirePlain(String name, NodeEvent node) {
    String what =
        node instanceof AliasEvent
            ? "an alias (*)"
            : node.getAnchor() != null ? "an anchor (&)" : tag(node) != null ? "a tag (!)" : null;
    if (what != null) {
      throw error(name, node.getStartMark(), notSupported(what));
    }
  }

  static String notSupported(String what) {
    return what + " is not supported; write the value itself, in quotes if it is text";
  }

  private static String tag(NodeEvent node) {
    if (node instanceof ScalarEvent scalar) {
      return scalar.getTag();
    }
    return node instanceof CollectionStartEvent collection ? collection.getTag() : null;
  }

  /**
   * @param node may be null, for an empty file
   * @throws UserException naming the line of a merge
   */
  static void requireNoMerge(String name, Node node) {
    if (node instanceof MappingNode map) {
      for (NodeTuple field : map.getValue()) {
        if (field.getKeyNode().getTag().equals(Tag.MERGE)) {
          throw error(
              name,
              field.getKeyNode().getStartMark(),
              "a merge (<<) is not supported; write the fields themselves");
        }
        requireNoMerge(name, field.getKeyNode());
        requireNoMerge(name, field.getValueNode());
      }
    } else if (node instanceof SequenceNode list) {
      list.getValue().forEach(item -> requireNoMerge(name, item));
    }
  }

  private static UserException error(String name, Mark mark, String message) {
    return UserException.usage(name + ", line " + (mark.getLine() + 1) + ": " + message);
  }
}
