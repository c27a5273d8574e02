package dev.orrery.cli.apply;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.orrery.cli.UserException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** One document in a file, as YAML or JSON. */
public final class DocumentFile {
  private static final ObjectMapper YAML =
      YAMLMapper.builder(new YAMLFactory())
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private DocumentFile() {}

  /**
   * Reads the file; never null, but possibly not an object.
   *
   * @throws UserException naming the file, and the line at fault
   */
  public static JsonNode read(Path file) {
    try {
      JsonNode root = YAML.readTree(Files.readString(file));
      return root == null ? YAML.missingNode() : root;
    } catch (JsonProcessingException e) {
      throw UserException.usage(
          file + ", line " + e.getLocation().getLineNr() + ": " + e.getOriginalMessage());
    } catch (NoSuchFileException e) {
      throw UserException.usage(file + ": there is no such file");
    } catch (AccessDeniedException e) {
      throw UserException.usage(file + ": permission denied");
    } catch (IOException e) {
      throw UserException.usage(file + " cannot be read: " + e.getMessage());
    }
  }
}
