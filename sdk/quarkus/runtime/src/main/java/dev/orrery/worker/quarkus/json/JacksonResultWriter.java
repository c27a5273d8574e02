package dev.orrery.worker.quarkus.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.worker.binding.JsonFormat;
import io.quarkus.arc.DefaultBean;
import jakarta.inject.Singleton;
import java.lang.reflect.Type;

/**
 * Writes job results as JSON, and reads records from it, with the application's {@link
 * ObjectMapper}.
 */
@Singleton
@DefaultBean
public class JacksonResultWriter implements JsonFormat {
  private final ObjectMapper json;

  JacksonResultWriter(ObjectMapper json) {
    this.json = json;
  }

  @Override
  public String write(Object result) throws JsonProcessingException {
    return json.writeValueAsString(result);
  }

  @Override
  public Object read(String text, Type type) throws JsonProcessingException {
    return json.readerFor(json.constructType(type))
        .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .readValue(text);
  }
}
