mod devices;
mod golden;
mod link;
mod sound;
mod tabs;
