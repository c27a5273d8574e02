package dev.orrery.cli.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.apply.DocumentFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobYamlTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*r",
        "&r",
        "&r x",
        "!x",
        "!!str x",
        "<<",
        "* * * * * *",
        "*.csv",
        "? x",
        "- x",
        "---",
        "%x",
        "@x",
        "`x",
        "#x",
        "x #y",
        "a: b",
        "a:",
        "[x",
        "{x",
        "'x",
        "\"x",
        "|",
        ">",
        "",
        " x",
        "x ",
        "30",
        "18:30",
        "0x1f",
        "1e3",
        ".inf",
        "yes",
        "null",
        "~",
        "2027-01-01",
        "a\nb",
        "a\n\n b\n",
        "a\n\n",
        "\n",
        "\ta",
        "=",
        "\u0007",
        "\u2028",
        "\u0085",
        "a\u0085b",
        "a\nb\u0085",
        "a\u2028b\n",
        "a \u2029 b",
        "ü"
      })
  void writesYamlThatReadsBackAsTheSameText(String text) throws IOException {
    ObjectNode document =
        JsonNodeFactory.instance.objectNode().put("value", text).put("name" + text, "x");
    document.putArray("list").add(text);
    document.putObject("map").put(text, text);

    Path file = Files.writeString(directory.resolve("jobs.yaml"), JobYaml.of(document) + "\n");

    assertThat(DocumentFile.read(file).root()).isEqualTo(document);
  }

  @Test
  void quotesTimesThatOtherReadersParseAsNumbers() {
    assertThat(JobYaml.of(JsonNodeFactory.instance.objectNode().put("to", "18:30")))
        .isEqualTo("to: \"18:30\"");
  }
}
