package dev.orrery.worker.quarkus.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.worker.binding.ResultWriter;
import io.quarkus.arc.DefaultBean;
import jakarta.inject.Singleton;

/** Writes job results as JSON with the application's {@link ObjectMapper}. */
@Singleton
@DefaultBean
public class JacksonResultWriter implements ResultWriter {
  private final ObjectMapper json;

  JacksonResultWriter(ObjectMapper json) {
    this.json = json;
  }

  @Override
  public String write(Object result) throws JsonProcessingException {
    return json.writeValueAsString(result);
  }
}
