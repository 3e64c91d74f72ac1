mod drawing;
mod scenes;
mod search;
mod tree;
