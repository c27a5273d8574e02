package dev.orrery.cli.apply;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.orrery.cli.GivenFile;
import dev.orrery.cli.UserException;
import dev.orrery.protocol.text.BoundedText;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.reader.ReaderException;

/** A YAML or JSON document with the line numbers of its fields. */
public final class DocumentFile {
  /** The maximum body of {@code jobs:apply}. */
  static final int MAX_BYTES = 4 * 1024 * 1024;

  /** Enough to find a mistake by, but not to read the secrets of a wrong file. */
  private static final int MAX_SHOWN = 20;

  /** A part of the document in a message of the parser. */
  private static final Pattern QUOTED = Pattern.compile("'([^']*)'");

  private static final Pattern HINT = Pattern.compile("(?<=must be a string; )write \"[^\"]*\"");

  private static final ObjectMapper JSON =
      YAMLMapper.builder(YAMLFactory.builder().loaderOptions(YamlSubset.options()).build())
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .build();

  private final String name;
  private final JsonNode root;

  /** The same document with positions, which JSON nodes lack; null for an empty file. */
  private final Node positions;

  private DocumentFile(String name, JsonNode root, Node positions) {
    this.name = name;
    this.root = root;
    this.positions = positions;
  }

  /**
   * Reads a file, or standard input for {@code -}.
   *
   * @throws UserException naming the file and the line of the error
   */
  public static DocumentFile read(Path file) {
    GivenFile given = new GivenFile(file);
    return parse(given.name(), given.read(MAX_BYTES));
  }

  private static DocumentFile parse(String name, String written) {
    // YAML refuses tabs between tokens, JSON takes them; within strings JSON has none.
    String text = written.stripLeading().startsWith("{") ? written.replace('\t', ' ') : written;
    try {
      YamlSubset.require(name, text);
      Node positions = YamlSubset.yaml().compose(new StringReader(text));
      YamlSubset.requireNoMerge(name, positions);
      JsonNode root = JSON.readTree(text);
      return new DocumentFile(name, root == null ? JSON.missingNode() : root, positions);
    } catch (MarkedYAMLException e) {
      throw UserException.usage(YamlErrorMessage.message(name, text, e));
    } catch (ReaderException e) {
      throw UserException.usage(YamlErrorMessage.message(name, text, e));
    } catch (YAMLException e) {
      throw UserException.usage(name + ": " + e.getMessage());
    } catch (JsonProcessingException e) {
      throw UserException.usage(
          name
              + ", line "
              + e.getLocation().getLineNr()
              + ": "
              + QUOTED
                  .matcher(e.getOriginalMessage())
                  .replaceAll(part -> Matcher.quoteReplacement("'" + shown(part.group(1)) + "'")));
    }
  }

  /** Cuts a text of the document for a message. */
  static String shown(String text) {
    return BoundedText.abbreviate(text, MAX_SHOWN);
  }

  /** Returns the document; never null, but possibly not an object. */
  public JsonNode root() {
    return root;
  }

  /** Returns the file name for messages. */
  String name() {
    return name;
  }

  /**
   * Returns the line of a field, or of its nearest existing parent.
   *
   * @param path such as {@code jobs[2].trigger.cron}
   */
  int line(String path) {
    Node node = positions;
    int line = node == null ? 1 : line(node);
    for (String part : parts(path)) {
      Node child = child(node, part);
      if (child == null) {
        return line;
      }
      line = line(node instanceof MappingNode map ? field(map, part).getKeyNode() : child);
      node = child;
    }
    return line;
  }

  /**
   * Returns an error at a field that must be text and is not, such as {@code 007}, which YAML reads
   * as a number. Names the value as it is written.
   *
   * @param path such as {@code jobs[2].name}
   * @param field the name of the field in the message
   */
  UserException noText(String path, String field) {
    return error(
        path,
        "'"
            + field
            + "' must be text"
            + (node(path) instanceof ScalarNode written && !written.getValue().isEmpty()
                ? "; write \"" + shown(written.getValue()) + "\""
                : ""));
  }

  /** Returns true if a value is a number that JSON writes otherwise, such as {@code 007}. */
  boolean isRewrittenNumber(String path, JsonNode value) {
    return value.isNumber()
        && node(path) instanceof ScalarNode written
        && !written.getValue().equals(value.asText());
  }

  /**
   * Returns a message whose hint {@code write "…"} names the value as it is written: the scheduler
   * has seen {@code false} for {@code no}.
   */
  String withWritten(String path, String message) {
    return node(path) instanceof ScalarNode written
        ? HINT.matcher(message)
            .replaceFirst(Matcher.quoteReplacement("write \"" + shown(written.getValue()) + "\""))
        : message;
  }

  private Node node(String path) {
    Node node = positions;
    for (String part : parts(path)) {
      node = child(node, part);
    }
    return node;
  }

  private static List<String> parts(String path) {
    return Stream.of(path.split("[.\\[\\]]+", -1)).filter(part -> !part.isEmpty()).toList();
  }

  /** May return null. */
  private static Node child(Node node, String part) {
    if (node instanceof MappingNode map) {
      NodeTuple field = field(map, part);
      return field == null ? null : field.getValueNode();
    }
    return node instanceof SequenceNode list
            && part.matches("\\d{1,9}")
            && Integer.parseInt(part) < list.getValue().size()
        ? list.getValue().get(Integer.parseInt(part))
        : null;
  }

  private static NodeTuple field(MappingNode map, String name) {
    for (NodeTuple field : map.getValue()) {
      if (field.getKeyNode() instanceof ScalarNode key && key.getValue().equals(name)) {
        return field;
      }
    }
    return null;
  }

  private static int line(Node node) {
    return node.getStartMark().getLine() + 1;
  }

  /** Returns file and line of a field for messages. */
  String place(String path) {
    return name + ", line " + line(path);
  }

  /** An error at a field of the document. */
  UserException error(String path, String message) {
    return UserException.usage(place(path) + ": " + message);
  }
}
