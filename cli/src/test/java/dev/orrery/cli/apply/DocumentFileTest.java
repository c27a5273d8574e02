package dev.orrery.cli.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentFileTest {
  @TempDir private Path directory;

  @Test
  void reportsTabIndentationWithItsLine() {
    refused(
        "app: a\njobs:\n\t- name: j\n", "line 3, column 1: a tab; YAML is indented with spaces");
  }

  @Test
  void reportsTabBetweenTokensSeparatelyFromIndentation() {
    refused(
        "app: a\njobs:\n  - name:\tj\n",
        "line 3, column 10: a tab between the parts of a line; write a space");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      delimiter = '|',
      value = {
        "@daily | '@'",
        "`date` | '`'",
        "%H:%M  | '%'",
      })
  void namesCharacterThatRequiresQuotes(String value, String character) {
    refused(
        "app: a\njobs:\n  - name: j\n    cron: " + value + "\n",
        "line 4, column 11: a text that begins with " + character + " must be in quotes");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {"\"a\" b", "'a' b", "[a] b", "{a: b} c"})
  void reportsTextAfterQuotedOrBracketedValue(String value) {
    refused(
        "app: a\njobs:\n  - name: j\n    text: " + value + "\n",
        "text behind a value that has ended; put quotes around the whole value");
  }

  @ParameterizedTest
  @CsvSource({"0, 0000", "7, 0007", "65534, FFFE"})
  void namesCodePointOfControlCharacter(int character, String shown) {
    refused(
        "app: a\njobs: []\n# " + (char) character + "\n",
        "line 3: a character U+" + shown + ", which no YAML has; is this a text file?");
  }

  @Test
  void namesBlockThatIndentationDoesNotMatch() {
    refused(
        "app: a\njobs:\n  - name: j\n   processor: {type: noop}\n",
        "line 4, column 4: the indentation does not fit the block that begins in line 3 at column"
            + " 3");
  }

  @Test
  void explainsMisplacedColon() {
    refused(
        "app: a\njobs:\n  - name: j\n    text: a: b\n",
        "line 4, column 12: a ': ' that begins no field here; indent the line as its neighbours, or"
            + " quote the text");
  }

  @Test
  void reportsOtherParserErrorsOnOneLine() {
    refused("app: a\njobs: [\n", "line 3, column 1: while parsing a flow node: ");
    refused(
        "app: \"a\njobs: []\n", "while scanning a quoted scalar: found unexpected end of stream");
  }

  @Test
  void refusesSecondYamlDocumentAndNamesItsLine() {
    refused(
        "app: a\njobs: []\n# end\n---\napp: b\njobs: []\n",
        "line 4: a second document begins (---); a file has one");
  }

  @Test
  void reportsDuplicateFieldWithItsLine() {
    refused("app: a\njobs: []\napp: b\n", "line 3: Duplicate field 'app'");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "parameters: {region: &r eu, other: *r} | an anchor (&)",
        "parameters: &all {region: eu} | an anchor (&)",
        "command: &c [a] | an anchor (&)",
        "file: *csv | an alias (*)",
        "*key : a | an alias (*)",
        "secret: !vault x | a tag (!)",
        "text: !!binary aGVsbG8= | a tag (!)",
        "parameters: !!map {a: b} | a tag (!)",
        "command: !!set [a] | a tag (!)",
        "<<: {timeout: 1m} | a merge (<<)",
        "parameters: {a: b, <<: {c: d}} | a merge (<<)",
        "list: [{<<: {c: d}}] | a merge (<<)",
      },
      delimiter = '|')
  void refusesYamlFeaturesThatChangeStoredValues(String field, String what) {
    refused("app: a\njobs:\n  - name: j\n    " + field + "\n", "line 4: " + what);
  }

  @ParameterizedTest
  @CsvSource({"'* * * * * *', an alias (*)", "*.csv, an alias (*)", "& b, an anchor (&)"})
  void suggestsQuotesForTextThatLooksLikeAnchorOrAlias(String value, String what) {
    refused(
        "app: a\njobs:\n  - name: j\n    cron: " + value + "\n",
        what + " is not supported; write the value itself, in quotes if it is text");
  }

  @Test
  void acceptsAnchorAndTagCharactersInsideTextAndQuotes() throws IOException {
    JsonNode root = read("a: \"*r\"\nb: '&r'\n\"<<\": '!x'\nc: a & b * c !\nd: <<\n").root();

    assertThat(root)
        .hasToString(
            "{\"a\":\"*r\",\"b\":\"&r\",\"<<\":\"!x\",\"c\":\"a & b * c !\",\"d\":\"<<\"}");
  }

  @Test
  void readsFileOfFourMebibytesButNotLarger() throws IOException {
    String line = "# " + "x".repeat(1021) + "\n";

    assertThat(read(line.repeat(4 * 1024)).root().isObject()).isFalse();
    assertThatThrownBy(() -> read(line.repeat(4 * 1024) + " "))
        .isInstanceOf(UserException.class)
        .hasMessage(directory.resolve("jobs.yaml") + " cannot be read: it is larger than 4096 KiB");
  }

  @Test
  void refusesEndlessDevice() {
    assertThatThrownBy(() -> DocumentFile.read(Path.of("/dev/zero")))
        .isInstanceOf(UserException.class)
        .hasMessage("/dev/zero cannot be read: it is larger than 4096 KiB");
  }

  @Test
  void refusesEndlessStandardInput() throws IOException {
    InputStream before = System.in;
    try (InputStream endless = Files.newInputStream(Path.of("/dev/zero"))) {
      System.setIn(endless);
      assertThatThrownBy(() -> DocumentFile.read(Path.of("-")))
          .isInstanceOf(UserException.class)
          .hasMessage("standard input cannot be read: it is larger than 4096 KiB");
    } finally {
      System.setIn(before);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'',                       2",
    "app,                      2",
    "jobs,                     3",
    "jobs[0],                  4",
    "jobs[0].trigger,          5",
    "jobs[0].trigger.cron,     6",
    "jobs[0].trigger.missing,  5",
    "jobs[0].command[1],       9",
    "jobs[0].command[7],       7",
    "jobs[1].parameters.text, 12",
    "jobs[1].nonsuch,         10",
    "nonsuch,                  2",
  })
  void findsLineOfFieldOrOfItsNearestParent(String path, int line) throws IOException {
    DocumentFile file =
        read(
            """
            # A comment.
            app: a
            jobs:
              - name: one
                trigger:
                  cron: "0 0 3 * * *"
                command:
                  - a
                  - b
              - name: two
                parameters:
                  text: x
            """);

    assertThat(file.line(path)).isEqualTo(line);
  }

  @Test
  void findsLinesInJson() throws IOException {
    assertThat(read("{\"app\": \"a\",\n \"jobs\":\n  []}").line("jobs")).isEqualTo(2);
  }

  @Test
  void readsEmptyFileWithoutRootObject() throws IOException {
    DocumentFile file = read("");

    assertThat(file.root().isObject()).isFalse();
    assertThat(file.line("app")).isEqualTo(1);
  }

  private void refused(String text, String message) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(directory.resolve("jobs.yaml") + ", line ")
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  private DocumentFile read(String text) throws IOException {
    return DocumentFile.read(Files.writeString(directory.resolve("jobs.yaml"), text));
  }
}
