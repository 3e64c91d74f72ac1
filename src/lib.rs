//! Spanlight: a viewer for traces of AI-agent runs that runs wholly in the browser.
