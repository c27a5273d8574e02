/** JSON for results and parameters, by the JSON library of the application. */
package dev.orrery.worker.spring.json;
