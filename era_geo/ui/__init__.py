"""Streamlit pages: widgets and words only."""
